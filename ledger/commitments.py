"""What a person agreed to and what became of it, on all accounts: whether they keep to their word is seen from that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from domain.model.events import Answer
from domain.model.promise import PromiseState
from domain.model.repayment import PlanStatus
from ledger.plan_tables import plan_steps, plans
from ledger.promise_tables import promises
from ledger.tables import accounts, cases, requests


@dataclass(frozen=True)
class Commitments:
    """How many promises and plans stand how."""

    promises: Mapping[PromiseState, int]
    plans: Mapping[PlanStatus, int]


def of_person(conn: Connection, person_id: str) -> Commitments:
    """Of all cases of the person, open and closed; what a case never adopted is none. Two statements."""
    made = _adopted(conn, _promises(person_id))
    stood = _adopted(conn, _plans(person_id))
    last = {(row.case_id, row.plan_no): row.status for row in stood}
    return Commitments(
        Counter(PromiseState(row.state) for row in made), Counter(PlanStatus(status) for status in last.values())
    )


def _adopted(conn: Connection, found: Select[*tuple[object, ...]]) -> list[Row[*tuple[object, ...]]]:
    return [row for row in conn.execute(found) if Answer.model_validate_json(row.answer).accepted]


def _promises(person_id: str) -> Select[*tuple[object, ...]]:
    c = promises.c
    answered = and_(requests.c.case_id == c.case_id, requests.c.message_id == c.promise_id)
    return select(c.state, requests.c.answer).select_from(promises).join(requests, answered).where(_of(person_id))


def _plans(person_id: str) -> Select[*tuple[object, ...]]:
    """The changes of every plan, the last one last."""
    s, p = plan_steps.c, plans.c
    first = and_(p.case_id == s.case_id, p.plan_no == s.plan_no, p.version == 1)
    answered = and_(requests.c.case_id == p.case_id, requests.c.message_id == p.request_id)
    changes = select(s.case_id, s.plan_no, s.status, requests.c.answer).select_from(plan_steps)
    return (
        changes.join(plans, first).join(requests, answered).where(_of(person_id)).order_by(s.change_no, s.recorded_at)
    )


def _of(person_id: str) -> ColumnElement[bool]:
    """Answered in a step that the case has taken."""
    taken = and_(cases.c.case_id == requests.c.case_id, requests.c.step_no <= cases.c.step_no)
    theirs = select(cases.c.case_id).join(accounts).where(taken, accounts.c.person_id == person_id)
    return theirs.correlate(requests).exists()
