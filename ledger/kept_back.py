"""What the audit says of notices that rules of contact kept from leaving at their own time, by rule."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, func, select

from domain.model.blocker import Blocker
from domain.model.facts import MessageState
from ledger.contact_tables import person_facts, tasks
from ledger.tables import audit, messages

Asked = tuple[str, str]
"""A notice that one case had to give: case id and step of the ladder, whatever the attempt."""
_PLANNED, _AT_SENDING = "step", ("notice_deferred", "notice_refused")


@dataclass(frozen=True)
class KeptBack:
    """Notices by the rule that kept them back; an emergency stop counts as one."""

    deferred: Mapping[str, frozenset[Asked]]
    """Until an instant: the clock alone lifts it."""
    barred: Mapping[str, frozenset[Asked]]
    """Until something happens, when they were due: a person was asked."""


class _Kept(NamedTuple):
    step: str
    rules: tuple[str, ...]
    barred: bool
    on: date | None = None
    """The later day, where the plan has one."""


def kept_back(conn: Connection, last_day: date) -> KeptBack:
    """The notices kept back; one that is deferred beyond the last day does not count."""
    deferred: dict[str, set[Asked]] = defaultdict(set)
    barred: dict[str, set[Asked]] = defaultdict(set)
    for case_id, kept in _of_audit(conn):
        if kept.on is None or kept.on <= last_day:
            for rule in kept.rules:
                (barred if kept.barred else deferred)[rule].add((case_id, kept.step))
    due = _people_asked(conn)
    return KeptBack(_in_order(deferred), _in_order({rule: asked & due for rule, asked in barred.items()}))


def sent(conn: Connection) -> frozenset[Asked]:
    """The notices that left."""
    rows = conn.execute(select(messages.c.case_id, messages.c.step).where(messages.c.state == MessageState.SENT))
    return frozenset((case_id, step) for case_id, step in rows)


def persons_who_told(conn: Connection) -> int:
    """How many persons told something that bears on contact, or of how many it was told."""
    return conn.scalar(select(func.count(person_facts.c.person_id.distinct()))) or 0


def _of_audit(conn: Connection) -> Iterator[tuple[str, _Kept]]:
    a = audit.c
    rows = select(a.case_id, a.case_seq, a.kind, a.body).where(a.kind.in_((_PLANNED, *_AT_SENDING)))
    in_order = conn.execute(rows.order_by(a.case_id, a.case_seq)).mappings()
    for case_id, of_case in groupby(in_order, key=itemgetter("case_id")):
        yield from ((case_id, kept) for kept in _of_case(of_case))


def _of_case(rows: Iterable[RowMapping]) -> Iterable[_Kept]:
    """Of several rows of one step the last counts: the case adopted that one."""
    found = {}
    for row in rows:
        content = json.loads(row["body"])
        planned = row["kind"] == _PLANNED
        found[row["kind"], content["step_no"] if planned else row["case_seq"]] = (
            _by_plan(content["decision"]["next"]) if planned else _by_gate(content)
        )
    return found.values()


def _by_plan(coming: Mapping[str, Any]) -> _Kept:
    on = coming.get("on")
    rules = tuple(coming.get("deferred_by", ()))
    return _Kept(coming.get("step") or "", rules, on is None, date.fromisoformat(on) if on else None)


def _by_gate(content: Mapping[str, Any]) -> _Kept:
    """What kept it back at the moment of sending: rules or stops; money or a hold on the case name none."""
    return _Kept(content["step"], tuple(content.get("refused_by", ())), content["blocker"] == Blocker.BARRED)


def _people_asked(conn: Connection) -> set[Asked]:
    """The notices of which a person was told that rules forbid them: their keys end with step and attempt."""
    rows = conn.execute(select(tasks.c.case_id, tasks.c.detail).where(tasks.c.kind == Blocker.BARRED))
    keys = ((case_id, json.loads(detail).get("message", "")) for case_id, detail in rows)
    return {(case_id, key.split("/")[-2]) for case_id, key in keys if "/" in key}


def _in_order(found: Mapping[str, set[Asked]]) -> dict[str, frozenset[Asked]]:
    return {rule: frozenset(found[rule]) for rule in sorted(found) if found[rule]}
