"""Opt-outs that wait for their one confirmation: the open tasks are the queue, and the message's key makes it one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from domain.model.contact import CLOCKS_APART, FactKind
from domain.model.facts import OPT_OUT_KEYS, OptOutToConfirm
from domain.model.strategy import Channel
from ledger import person_facts, tasks
from ledger.contact_tables import tasks as tasks_table
from ledger.tables import messages

KIND = "opt_out_confirmation"
"""Kind of the task to confirm an opt-out, once."""
_WITHIN = timedelta(days=7)
"""What comes later would only surprise who asked for silence: the task stays with a person."""
_BY = "engine"


def task_id(fact_id: str) -> str:
    """Id of the task to confirm the opt-out of this fact."""
    return f"{KIND}/{fact_id}"


def to_confirm(conn: Connection, person_id: str, as_of: datetime) -> tuple[OptOutToConfirm, ...]:
    """The person's opt-outs that hold and that nobody has tried to confirm yet, the oldest first.

    One that was tried, whatever became of it, is never tried again: its task is closed, or a person's.
    """
    c = tasks_table.c
    waiting = (c.person_id == person_id, c.kind == KIND, c.closed_at.is_(None), c.at > as_of - _WITHIN)
    statement = select(c.task_id, c.detail).where(*waiting).order_by(c.at, c.task_id)
    found = [_read(row.task_id, json.loads(row.detail)) for row in conn.execute(statement)]
    if not found:
        return ()
    tried, holding = _tried(conn, [each.key for each in found]), _holding(conn, person_id, as_of + CLOCKS_APART)
    return tuple(each for each in found if each.key not in tried and each.fact_id in holding)


def holds(conn: Connection, key: str, person_id: str, as_of: datetime) -> bool:
    """Whether the opt-out that the message of this key confirms was neither withdrawn nor taken back."""
    return _fact_id(key) in _holding(conn, person_id, as_of)


def close(conn: Connection, key: str, at: datetime, outcome: str) -> None:
    """The confirmation under this message's key needs nobody any more; nothing happens when no task asked for it."""
    asked = task_id(_fact_id(key))
    if tasks.get(conn, asked) is not None:
        tasks.close(conn, asked, at, _BY, outcome)


def _fact_id(key: str) -> str:
    return key.removeprefix(OPT_OUT_KEYS)


def _holding(conn: Connection, person_id: str, as_of: datetime) -> frozenset[str]:
    """Ids of the opt-outs that no later opt-in of the same scope took back."""
    holding: dict[tuple[Channel | None, str | None], set[str]] = {}
    for told in person_facts.of_person(conn, person_id, as_of, (FactKind.OPT_OUT, FactKind.OPT_IN)):
        scope = (told.fact.channel, told.fact.address)
        if told.fact.kind is FactKind.OPT_IN:
            holding.pop(scope, None)
        else:
            holding.setdefault(scope, set()).add(told.fact_id)
    return frozenset(fact_id for facts in holding.values() for fact_id in facts)


def _read(asked: str, detail: dict[str, str]) -> OptOutToConfirm:
    fact_id = asked.removeprefix(f"{KIND}/")
    return OptOutToConfirm(fact_id=fact_id, channel=Channel(detail["channel"]), address=detail.get("address_id"))


def _tried(conn: Connection, keys: list[str]) -> frozenset[str]:
    return frozenset(conn.scalars(select(messages.c.key).where(messages.c.key.in_(keys))))
