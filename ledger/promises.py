"""Promises to pay: what was promised in a case, what became of it, and what was paid on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, Select, exists, select, update

from domain.model.facts import PromisePaid
from domain.model.money import Money
from domain.model.promise import JudgedPromise, Promise, PromiseState
from ledger import requests
from ledger.entries import EntryKind
from ledger.inserts import insert_new
from ledger.promise_tables import promises
from ledger.tables import entries


@dataclass(frozen=True)
class Standing:
    """The promises of a case as a step left them."""

    active: Promise | None = None
    judged: JudgedPromise | None = None
    """The one made last of those that were judged."""
    made: int = 0
    broken: int = 0


def add(conn: Connection, case_id: str, promise: Promise, by: str | None) -> bool:
    """Keep a promise; False when it is there already, as an earlier run of the step stored it."""
    row = {
        **promise.model_dump(include={"made_at", "made_on", "due_on", "grace_ends_on"}),
        "case_id": case_id,
        "promise_id": promise.id,
        "amount_minor": promise.amount.minor,
        "currency": promise.amount.currency,
        "made_by": by,
        "state": PromiseState.ACTIVE,
    }
    return insert_new(conn, promises, row)


def judge(conn: Connection, case_id: str, judged: JudgedPromise) -> bool:
    """Keep what became of a promise; False when its state was that before."""
    c = promises.c
    values = {"state": judged.state, "paid_minor": judged.paid.minor, "resumes_on": judged.resumes_on}
    this = (c.case_id == case_id, c.promise_id == judged.promise.id, c.state != judged.state)
    return conn.execute(update(promises).where(*this).values(**values, judged_at=judged.judged_at)).rowcount == 1


def standing(conn: Connection, case_id: str, step_no: int) -> Standing:
    """The promises that the case took until this step.

    One that a run of a step stored which the case never adopted has no accepted answer, and is none.
    """
    c = promises.c
    found = conn.execute(select(promises).where(c.case_id == case_id).order_by(c.made_at, c.promise_id)).mappings()
    rows = {str(row["promise_id"]): row for row in found}
    answers = requests.find(conn, case_id, rows.keys(), until_step=step_no)
    taken = [row for name, row in rows.items() if name in answers and answers[name].accepted]
    judged = [_judged(row) for row in taken if row["state"] != PromiseState.ACTIVE]
    return Standing(
        active=next((_promise(row) for row in taken if row["state"] == PromiseState.ACTIVE), None),
        judged=judged[-1] if judged else None,
        made=len(taken),
        broken=sum(each.state is PromiseState.BROKEN for each in judged),
    )


def paid(
    conn: Connection, account_id: str, made: Sequence[Promise], day: date, instant: datetime
) -> tuple[PromisePaid, ...]:
    """What was paid on these promises by the day, as known at the instant; one statement for all, none for none.

    A payment counts that was posted after the promise was made, with a value date from that day to the end of grace.
    Taken back it counts no more, whatever the value date of that.
    """
    if not made:
        return ()
    payments = [_Payment(row[0], row[1], row[2]) for row in conn.execute(_payments(account_id, made, day, instant))]
    return tuple(PromisePaid(promise_id=each.id, paid=_counted(each, payments)) for each in made)


class _Payment(NamedTuple):
    """A payment that nobody took back."""

    value_on: date
    recorded_at: datetime
    minor: int


def _payments(account_id: str, made: Sequence[Promise], day: date, instant: datetime) -> Select[date, datetime, int]:
    e, back = entries.c, entries.alias("back").c
    until = min(day, max(each.grace_ends_on for each in made))
    return select(e.value_on, e.recorded_at, -(e.principal_minor + e.interest_minor + e.fee_minor)).where(
        e.account_id == account_id,
        e.value_on >= min(each.made_on for each in made),
        e.value_on <= until,
        e.kind == EntryKind.PAYMENT,
        e.recorded_at <= instant,
        ~exists().where(back.reverses == e.reference, back.recorded_at <= instant),
    )


def _counted(promise: Promise, payments: Sequence[_Payment]) -> Money:
    first, last = promise.made_on, promise.grace_ends_on
    counted = (p for p in payments if first <= p.value_on <= last and p.recorded_at > promise.made_at)
    return Money.of_minor(sum(int(p.minor) for p in counted), promise.amount.currency)


def _promise(row: RowMapping) -> Promise:
    return Promise(
        id=row["promise_id"],
        amount=Money.of_minor(row["amount_minor"], row["currency"]),
        made_at=row["made_at"],
        made_on=row["made_on"],
        due_on=row["due_on"],
        grace_ends_on=row["grace_ends_on"],
    )


def _judged(row: RowMapping) -> JudgedPromise:
    return JudgedPromise(
        promise=_promise(row),
        state=PromiseState(row["state"]),
        paid=Money.of_minor(row["paid_minor"], row["currency"]),
        judged_at=row["judged_at"],
        resumes_on=row["resumes_on"],
    )
