"""Causes: stored once for a contact, and the one told last is what the case goes by."""

from datetime import date, timedelta

import pytest

from domain.model.causes import Cause, ToldCause
from domain.model.contact import Direction, FactKind, Outcome
from domain.model.entries import HoldPerson, KeepCause, KeepContact
from domain.model.permits import ReportContact
from ledger import audit, causes, keeping, person_facts
from ledger.keeping import Kept
from tests.ledger.conftest import instant

AT = instant("2005-06-23T17:00:00")
"""After midnight in Taipei."""
DUE = date(2005, 6, 20)


@pytest.fixture
def conn(book):
    book.open_case(AT)
    return book.conn


def told(cause: Cause, contact_id: str = "a1/1/report/c-1", **more: object) -> tuple[KeepContact, KeepCause]:
    report = ReportContact(
        id="c-1",
        outcome=Outcome.CONVERSATION,
        direction=Direction.IN,
        made_at=AT,
        verified=True,
        cause=cause,
        recording="REC-1",
        **more,
    )
    return KeepContact(contact_id=contact_id, report=report), KeepCause(contact_id=contact_id, report=report)


def keep(conn, *entries, at=AT) -> list[str]:
    keeping.keep(conn, entries, Kept("a1/1", "a1", "p1", at))
    return [row.kind for row in audit.rows(conn, "a1/1")]


def test_a_cause_is_stored_with_its_contact_once(conn) -> None:
    for at in (AT, AT + timedelta(minutes=5)):
        kinds = keep(conn, *told(Cause.DISPUTE, disputed_due_on=(DUE,)), at=at)
    assert kinds == ["contact_reported", "cause_told"]
    (row,) = causes.of_case(conn, "a1/1")
    assert (row.cause, row.told_on, row.recorded_at, row.verified) == (Cause.DISPUTE, date(2005, 6, 24), AT, True)
    assert (row.disputed_due_on, row.recording, row.person_id) == ((DUE,), "REC-1", "p1")
    assert audit.rows(conn, "a1/1")[-1].content == {
        "contact": "a1/1/report/c-1",
        "cause": "dispute",
        "verified": True,
        "disputed": ["2005-06-20"],
        "recording": "REC-1",
    }


def test_the_case_goes_by_the_cause_told_last(conn) -> None:
    assert causes.last_of(conn, "a1/1") is None
    keep(conn, *told(Cause.FORGOT))
    keep(conn, *told(Cause.LOST_INCOME, "a1/1/report/c-2"), at=AT + timedelta(minutes=1))
    last = ToldCause(cause=Cause.LOST_INCOME, on=date(2005, 6, 24), contact_id="a1/1/report/c-2")
    assert causes.last_of(conn, "a1/1") == last


def test_a_hold_is_laid_on_the_person_once_whatever_a_second_run_says(conn) -> None:
    held = HoldPerson(
        fact_id="a1/1/deceased/x", hold="deceased", at=AT, until=AT + timedelta(days=60), evidence="REC-1"
    )
    keep(conn, held)
    kinds = keep(conn, held.model_copy(update={"until": AT + timedelta(days=61)}), at=AT + timedelta(minutes=5))
    assert kinds == ["person_held"]
    (known,) = person_facts.of_person(conn, "p1", AT + timedelta(hours=1))
    assert (known.fact.kind, known.fact.name, known.fact.until) == (FactKind.HOLD, "deceased", held.until)
    assert (known.recorded_at, known.evidence) == (AT, "REC-1")
