"""Adjustments: instructions to the card system, each once under its key, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.component import Component
from domain.model.money import Money
from ledger.instructions import Instructions
from ledger.plan_tables import adjustments

PARTS = {Component.PRINCIPAL: "principal_minor", Component.INTEREST: "interest_minor", Component.FEE: "fee_minor"}
"""Columns of what is stated by component."""
_ALL = Instructions(adjustments, "adjustment", AdjustmentState.WANTED, AdjustmentState.ASKED)


@dataclass(frozen=True)
class AdjustmentRow:
    """An adjustment as the ledger has it."""

    adjustment: Adjustment
    case_id: str
    account_id: str
    wanted_at: datetime
    state: AdjustmentState
    asked_at: datetime | None = None
    settled_at: datetime | None = None
    reference: str | None = None
    """Of the card system."""
    reason: str | None = None
    """Code of why it was refused."""


def want(conn: Connection, adjustment: Adjustment, case_id: str, account_id: str, at: datetime) -> bool:
    """Keep an instruction that is to be given; False when the card system has one of this key already."""
    amount = adjustment.amount
    said = {
        "percent": None if adjustment.percent is None else str(adjustment.percent),
        "amount_minor": None if amount is None else amount.minor,
        "currency": None if amount is None else amount.currency,
        **dict.fromkeys(PARTS.values()),
        **{PARTS[name]: money.minor for name, money in adjustment.parts.items()},
        "undoes": adjustment.undoes,
        "made_by": adjustment.made_by,
        "checked_by": adjustment.checked_by,
        "wanted_at": at,
    }
    about = {"key": adjustment.key, "case_id": case_id, "account_id": account_id, "kind": adjustment.kind}
    return _ALL.want(conn, about, said)


def get(conn: Connection, key: str) -> AdjustmentRow | None:
    """The adjustment of this key."""
    row = _ALL.get(conn, key)
    return None if row is None else _row(row)


def mark_asked(conn: Connection, key: str, at: datetime) -> bool:
    """The card system has it and has not answered; False when more is known already."""
    return _ALL.mark(conn, key, {"state": AdjustmentState.ASKED, "asked_at": at})


def settle(
    conn: Connection,
    key: str,
    state: AdjustmentState,
    at: datetime,
    reference: str | None = None,
    reason: str | None = None,
) -> bool:
    """Keep what the card system answered; False when it had answered so before.

    Raises InputError for an unknown key, for another answer than the one before, and for a state that is no answer.
    """
    return _ALL.settle(conn, key, state, at, reference, reason)


def of_plan(conn: Connection, case_id: str, key: str) -> tuple[KnownAdjustment, ...]:
    """The adjustments that the plan of this key asks for, in this case."""
    c = adjustments.c
    statement = (
        select(adjustments)
        .where(c.case_id == case_id, c.key.startswith(f"{key}/", autoescape=True))
        .order_by(c.wanted_at, c.key)
    )
    rows = (_row(row) for row in conn.execute(statement).mappings())
    return tuple(KnownAdjustment(adjustment=row.adjustment, state=row.state) for row in rows)


def of_keys(conn: Connection, account_id: str, begins: Sequence[str]) -> dict[str, tuple[AdjustmentRow, ...]]:
    """The account's adjustments by that with which their keys begin, in the order in which they were wanted."""
    statement = select(adjustments).where(adjustments.c.account_id == account_id)
    rows = [_row(row) for row in conn.execute(statement.order_by(adjustments.c.wanted_at)).mappings()]
    return {begin: tuple(row for row in rows if row.adjustment.key.startswith(f"{begin}/")) for begin in begins}


def listing(conn: Connection, limit: int, *, only_open: bool) -> list[AdjustmentRow]:
    """The adjustments asked for last; those that wait for an answer, or all."""
    return [_row(row) for row in _ALL.listing(conn, limit, only_open=only_open)]


def _row(row: RowMapping) -> AdjustmentRow:
    amount = None if row["amount_minor"] is None else Money.of_minor(row["amount_minor"], row["currency"])
    return AdjustmentRow(
        adjustment=Adjustment(
            key=row["key"],
            kind=AdjustmentKind(row["kind"]),
            percent=None if row["percent"] is None else Decimal(row["percent"]),
            amount=amount,
            parts={
                name: Money.of_minor(row[column], row["currency"])
                for name, column in PARTS.items()
                if row[column] is not None
            },
            undoes=row["undoes"],
            made_by=row["made_by"],
            checked_by=row["checked_by"],
        ),
        case_id=row["case_id"],
        account_id=row["account_id"],
        wanted_at=row["wanted_at"],
        state=AdjustmentState(row["state"]),
        asked_at=row["asked_at"],
        settled_at=row["settled_at"],
        reference=row["reference"],
        reason=row["reason"],
    )
