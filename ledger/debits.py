"""Debits: what was asked of the provider by a mandate, each once under its key, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, and_, exists, or_, select, update

from domain.model.debits import OPEN_DEBITS, Debit, DebitState, KnownDebit
from domain.model.errors import InputError
from domain.model.money import Money
from ledger.codes import code
from ledger.debit_tables import debits
from ledger.entries import EntryKind
from ledger.inserts import insert_new
from ledger.tables import entries


@dataclass(frozen=True)
class DebitRow:
    """A debit as the ledger has it."""

    key: str
    case_id: str
    account_id: str
    plan: str
    """Key of the plan that it is for."""
    version: int
    due_on: date
    attempt: int
    amount: Money
    mandate_id: str
    on: date
    wanted_at: datetime
    state: DebitState
    asked_at: datetime | None = None
    settled_at: datetime | None = None
    code: str | None = None
    """Why it was declined, or what stood against it."""
    hard: bool = False
    reference: str | None = None
    """Of a collected one: under which its payment is in the ledger, or will be."""


def add(conn: Connection, command: Debit, at: datetime, state: DebitState, why: str | None = None) -> bool:
    """Keep that a debit is about to be asked for (``wanted``), or that something stood against it (``failed``).

    False when one of this key is there, or another one of the account on this day.
    """
    row = {
        **command.model_dump(include={"key", "case_id", "account_id", "version", "due_on", "attempt"}),
        "plan_key": command.plan,
        "amount_minor": command.amount.minor,
        "currency": command.amount.currency,
        "mandate_id": command.mandate,
        "on_date": command.on,
        "wanted_at": at,
        "state": state,
        "settled_at": at if state is DebitState.FAILED else None,
        "code": why,
        "hard": False,
    }
    return insert_new(conn, debits, row)


def get(conn: Connection, key: str) -> DebitRow | None:
    """The debit of this key."""
    row = conn.execute(select(debits).where(debits.c.key == key)).mappings().one_or_none()
    return None if row is None else _row(row)


def mark_asked(conn: Connection, key: str, at: datetime) -> bool:
    """The provider has it and has not answered; False when more is known already."""
    wanted = update(debits).where(debits.c.key == key, debits.c.state == DebitState.WANTED)
    return conn.execute(wanted.values(state=DebitState.ASKED, asked_at=at)).rowcount == 1


def settle(
    conn: Connection,
    key: str,
    state: DebitState,
    at: datetime,
    *,
    why: str | None = None,
    hard: bool = False,
    reference: str | None = None,
) -> bool:
    """Keep what became of it; False when that was kept before. What nobody knows can still be settled.

    Raises InputError for an unknown key, for another answer than the one before, and for a state that is no answer.
    """
    if state in (DebitState.WANTED, DebitState.ASKED):
        raise InputError(f"a debit is settled as collected, declined, failed or unknown, not as {state}")
    there = get(conn, key)
    if there is None:
        raise InputError(f"no debit {key} in the ledger: `duecourse debit list` shows what is open")
    said = {
        "code": None if why is None else code("code", why),
        "reference": None if reference is None else code("reference", reference),
    }
    if there.state is state:
        _check_same(there, said)
        return False
    if there.state not in OPEN_DEBITS:
        raise InputError(f"the debit {key} is {there.state} already")
    settled_at = None if state is DebitState.UNKNOWN else at
    conn.execute(
        update(debits).where(debits.c.key == key).values(state=state, settled_at=settled_at, hard=hard, **said)
    )
    return True


def known(conn: Connection, account_id: str, plan: str, day: date, instant: datetime) -> tuple[KnownDebit, ...]:
    """Those of the plan and, of that day, of the account, oldest first; what has arrived is told as of the instant."""
    c, e = debits.c, entries.c
    arrived = exists().where(
        e.reference == c.reference, e.account_id == c.account_id, e.kind == EntryKind.PAYMENT, e.recorded_at <= instant
    )
    statement = (
        select(debits, arrived.label("arrived"))
        .where(c.account_id == account_id, or_(c.plan_key == plan, c.on_date == day))
        .order_by(c.wanted_at, c.key)
    )
    return tuple(_known(_row(row), arrived=row["arrived"]) for row in conn.execute(statement).mappings())


def others_on(conn: Connection, account_id: str, day: date, key: str) -> bool:
    """Whether another debit of the account was asked for on this day."""
    c = debits.c
    others = and_(c.account_id == account_id, c.on_date == day, c.key != key, c.state != DebitState.FAILED)
    return bool(conn.scalar(select(exists().where(others))))


def listing(conn: Connection, limit: int, *, only_open: bool) -> list[DebitRow]:
    """The debits asked for last; those of which nobody knows what became of them, or all."""
    c = debits.c
    statement = select(debits).order_by(c.wanted_at.desc(), c.key).limit(limit)
    if only_open:
        statement = statement.where(c.settled_at.is_(None))
    return [_row(row) for row in conn.execute(statement).mappings()]


def _check_same(there: DebitRow, said: dict[str, str | None]) -> None:
    if (there.code, there.reference) != (said["code"], said["reference"]):
        raise InputError(f"the debit {there.key} is {there.state} already, with another code or reference")


def _known(row: DebitRow, *, arrived: bool) -> KnownDebit:
    return KnownDebit(
        key=row.key,
        plan=row.plan,
        version=row.version,
        due_on=row.due_on,
        on=row.on,
        attempt=row.attempt,
        amount=row.amount,
        mandate=row.mandate_id,
        state=row.state,
        hard=row.hard,
        arrived=bool(arrived),
    )


_SAME_NAME = ("key", "case_id", "account_id", "version", "due_on", "attempt", "mandate_id", "wanted_at")
_SAID = ("asked_at", "settled_at", "code", "hard", "reference")


def _row(row: RowMapping) -> DebitRow:
    return DebitRow(
        **{name: row[name] for name in (*_SAME_NAME, *_SAID)},
        plan=row["plan_key"],
        amount=Money.of_minor(row["amount_minor"], row["currency"]),
        on=row["on_date"],
        state=DebitState(row["state"]),
    )
