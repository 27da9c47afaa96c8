"""Keeping of debits: that one is about to be asked for, and what became of it, each in the case's audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.model.debits import ENDS_MANDATE, Debit, DebitState, NotDebited, is_hard
from domain.model.sealed import DEBIT_ANSWERED, DEBIT_WANTED
from ledger import accounts, audit, debits, mandates, tasks
from ledger.debits import DebitRow
from ledger.tasks import Task

_UNKNOWN = "debit_unknown"
_PROVIDER = "provider"
"""Who ended a mandate that the provider said is worth nothing."""


def intend(conn: Connection, command: Debit, at: datetime) -> bool:
    """It is about to be asked for: stored before the provider is called; False when it, or another today, is there."""
    if not debits.add(conn, command, at, DebitState.WANTED):
        return False
    about: dict[str, JsonValue] = {"plan": command.plan, "version": command.version, "mandate": command.mandate}
    when: dict[str, JsonValue] = {"attempt": command.attempt, "on": str(command.on)}
    audit.append(conn, command.case_id, DEBIT_WANTED, at, {**_of(command), **about, **when})
    return True


def keep_off(conn: Connection, command: Debit, at: datetime, why: NotDebited, refused_by: Sequence[str] = ()) -> None:
    """Nothing is asked of the provider: something stands against it; once for each key."""
    new = debits.add(conn, command, at, DebitState.FAILED, why.value)
    if new or debits.settle(conn, command.key, DebitState.FAILED, at, why=why.value):
        rules: list[JsonValue] = [*refused_by]
        said: dict[str, JsonValue] = {"state": DebitState.FAILED.value, "code": why.value, "refused_by": rules}
        audit.append(conn, command.case_id, DEBIT_ANSWERED, at, {**_of(command), **said})


def answer(
    conn: Connection,
    key: str,
    state: DebitState,
    at: datetime,
    *,
    why: str | None = None,
    hard: bool = False,
    reference: str | None = None,
    by: str | None = None,
) -> DebitRow | None:
    """What the provider or a person says became of it, once: the row as it was before; None: it was said before.

    Raises InputError for an unknown key, and for another answer than the one before.
    """
    before = debits.get(conn, key)
    final = state is DebitState.DECLINED and is_hard(why or "", hard)
    if not debits.settle(conn, key, state, at, why=why, hard=final, reference=reference) or before is None:
        return None
    said: dict[str, JsonValue] = {"state": state.value, "code": why, "hard": final, "reference": reference, "by": by}
    audit.append(conn, before.case_id, DEBIT_ANSWERED, at, {**_of(before), **said})
    _follow(conn, before, state, at, why, by)
    return before


def _follow(conn: Connection, row: DebitRow, state: DebitState, at: datetime, why: str | None, by: str | None) -> None:
    """A mandate that is worth nothing ends; of what nobody knows a person is told, until somebody does."""
    if state is DebitState.DECLINED and why in ENDS_MANDATE:
        mandates.end(conn, row.mandate_id, at, by or _PROVIDER, why)
    task_id = f"{_UNKNOWN}/{row.key}"
    if state is DebitState.UNKNOWN:
        person_id = accounts.person_of(conn, row.account_id)
        about = {"case_id": row.case_id, "account_id": row.account_id, "detail": {"debit": row.key}}
        tasks.add(conn, Task(task_id, person_id, _UNKNOWN, at, **about))  # type: ignore[arg-type]  # by name
    elif tasks.get(conn, task_id) is not None:
        tasks.close(conn, task_id, at, by or _PROVIDER, state.value)


def _of(debit: Debit | DebitRow) -> dict[str, JsonValue]:
    return {"debit": debit.key, "amount": str(debit.amount), "due_on": str(debit.due_on)}
