"""Cases as a list for people: how each stands, newest first, never more than asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from domain.model.case import Outcome, Stage
from domain.model.facts import MessageState
from domain.model.money import Money
from ledger.messages import OF_THE_LADDER
from ledger.tables import accounts, cases, messages


@dataclass(frozen=True)
class Listed:
    """One case of a list, with what was past due when it last looked."""

    case_id: str
    account_id: str
    zone: str
    stage: Stage
    outcome: Outcome | None
    past_due: Money | None
    oldest_due_on: date | None
    notices_sent: int
    wake_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None


def newest_cases(conn: Connection, limit: int, stage: Stage | None = None) -> list[Listed]:
    """The cases opened last, of one stage or of all."""
    c, a = cases.c, accounts.c
    statement = (
        select(
            *(c.case_id, c.account_id, a.zone, c.stage, c.outcome, c.past_due_minor, a.currency, c.oldest_due_on),
            *(c.wake_at, c.opened_at, c.closed_at),
        )
        .join(accounts, a.account_id == c.account_id)
        .order_by(c.opened_at.desc(), c.case_id)
        .limit(limit)
    )
    if stage is not None:
        statement = statement.where(c.stage == stage)
    rows = [dict(row) for row in conn.execute(statement).mappings()]
    sent = _sent(conn, [str(row["case_id"]) for row in rows])
    return [_listed({**row, "notices_sent": sent.get(str(row["case_id"]), 0)}) for row in rows]


def _sent(conn: Connection, case_ids: list[str]) -> dict[str, int]:
    c = messages.c
    of_ladder = (c.state == MessageState.SENT, *OF_THE_LADDER)
    counted = select(c.case_id, func.count()).where(c.case_id.in_(case_ids), *of_ladder).group_by(c.case_id)
    return {str(case_id): int(count) for case_id, count in conn.execute(counted)}


def _listed(row: dict[str, object]) -> Listed:
    minor, currency = row.pop("past_due_minor"), str(row.pop("currency"))
    past_due = Money.of_minor(minor, currency) if isinstance(minor, int) else None
    stage, outcome = Stage(str(row["stage"])), row["outcome"]
    return Listed(**{**row, "stage": stage, "outcome": outcome and Outcome(str(outcome)), "past_due": past_due})  # type: ignore[arg-type]  # columns of this very name and type
