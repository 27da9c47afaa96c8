"""The register of agencies in the ledger: versions and events once each, four eyes, and all of it in the audit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.agency_events import AgencyEvent, EvaluationOutcome
from domain.model.errors import InputError
from ledger import agencies, system_audit
from ledger.agencies import CHAIN
from tests.domain.agencies.dossier import agency

AT = datetime(2026, 6, 15, 2, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
DAY = date(2026, 6, 15)
CHANGED = agency(capacity=7)


def told(book) -> list[tuple[str, object]]:
    assert system_audit.verify(book.conn, CHAIN) is None
    return [(row.kind, row.content) for row in system_audit.rows(book.conn, CHAIN)]


def an_event(kind: str, by: str = "op-1", **more: object) -> AgencyEvent:
    return AgencyEvent.model_validate({"kind": kind, "on": DAY, "by": by, "at": LATER, **more})


def test_a_file_comes_back_as_it_was_registered(book) -> None:
    full = agency(dossier_public_key="-----BEGIN PUBLIC KEY-----\nAAAA")
    made, new = agencies.register(book.conn, full, "op-1", AT)
    assert (new, made.version, made.by, made.at) == (True, 1, "op-1", AT)
    known = agencies.found(book.conn, "north")
    assert known.versions == (made,)
    assert known.newest.agency == full
    assert known.events == ()


def test_the_same_file_twice_is_one_version_and_a_changed_one_is_the_next(book) -> None:
    first, _ = agencies.register(book.conn, agency(), "op-1", AT)
    assert agencies.register(book.conn, agency(), "op-2", LATER) == (first, False)
    second, new = agencies.register(book.conn, CHANGED, "op-2", LATER)
    assert (new, second.version, second.digest != first.digest) == (True, 2, True)
    back, new = agencies.register(book.conn, agency(), "op-2", LATER)
    assert (new, back.version, back.digest) == (True, 3, first.digest)
    assert agencies.found(book.conn, "north").versions == (first, second, back)


def test_who_registered_a_version_does_not_approve_it(book) -> None:
    agencies.register(book.conn, agency(), "op-1", AT)
    with pytest.raises(InputError, match="a second person must approve north: op-1 registered version 1 of its file"):
        agencies.approve(book.conn, "north", None, "op-1", LATER, DAY)
    assert agencies.approve(book.conn, "north", None, "op-2", LATER, DAY)
    assert not agencies.approve(book.conn, "north", None, "op-3", LATER, DAY)
    known = agencies.found(book.conn, "north")
    assert [(event.kind, event.by, event.version) for event in known.events] == [("approved", "op-2", 1)]


def test_a_changed_file_needs_an_approval_of_its_own(book) -> None:
    agencies.register(book.conn, agency(), "op-1", AT)
    agencies.approve(book.conn, "north", 1, "op-2", LATER, DAY)
    agencies.register(book.conn, CHANGED, "op-2", LATER)
    known = agencies.found(book.conn, "north")
    assert (known.approved, known.newest.version) == (known.versions[0], 2)
    with pytest.raises(InputError, match="op-2 registered version 2"):
        agencies.approve(book.conn, "north", 2, "op-2", LATER, DAY)
    assert agencies.approve(book.conn, "north", 2, "op-1", LATER, DAY)
    assert agencies.found(book.conn, "north").approved == agencies.found(book.conn, "north").newest


def test_only_the_version_that_was_looked_at_is_approved(book) -> None:
    agencies.register(book.conn, agency(), "op-1", AT)
    agencies.register(book.conn, CHANGED, "op-1", AT)
    with pytest.raises(InputError, match="the file of north is at version 2 by now: look at it again"):
        agencies.approve(book.conn, "north", 1, "op-2", LATER, DAY)


@pytest.mark.parametrize(("done", "undone"), [("published", "unpublished"), ("suspended", "reinstated")])
def test_a_state_is_entered_once_until_it_is_left(book, done: str, undone: str) -> None:
    agencies.register(book.conn, agency(), "op-1", AT)
    assert not agencies.tell(book.conn, "north", an_event(undone, "op-2"))
    entered = [
        agencies.tell(book.conn, "north", an_event(kind, by, reason="r"))
        for kind, by in ((done, "op-1"), (done, "op-3"), (undone, "op-2"), (undone, "op-2"), (done, "op-2"))
    ]
    assert entered == [True, False, True, False, True]
    kinds = [event.kind.value for event in agencies.found(book.conn, "north").events]
    assert kinds == [done, undone, done]


def test_who_suspended_an_agency_does_not_reinstate_it(book) -> None:
    agencies.register(book.conn, agency(), "op-1", AT)
    agencies.tell(book.conn, "north", an_event("suspended", reason="complaints"))
    with pytest.raises(InputError, match="a second person must reinstate north: op-1 suspended it"):
        agencies.tell(book.conn, "north", an_event("reinstated"))
    assert agencies.found(book.conn, "north").suspension is not None


def test_a_document_shows_one_thing_once(book) -> None:
    agencies.register(book.conn, agency(), "op-1", AT)
    passed = an_event("evaluated", reference="E-1", outcome="passed")
    assert agencies.tell(book.conn, "north", passed)
    assert not agencies.tell(book.conn, "north", passed.model_copy(update={"by": "op-2"}))
    for other in ({"outcome": EvaluationOutcome.FAILED}, {"on": date(2026, 6, 14)}):
        with pytest.raises(InputError, match="E-1 is in the register for north with other content"):
            agencies.tell(book.conn, "north", passed.model_copy(update=other))
    assert agencies.tell(book.conn, "north", an_event("trained", reference="E-1")), "another kind of document"
    assert agencies.tell(book.conn, "north", an_event("evaluated", reference="E-2", outcome="failed"))
    assert agencies.found(book.conn, "north").events[0] == passed


def test_everything_stands_in_the_audit_in_codes_alone(book) -> None:
    made, _ = agencies.register(book.conn, agency(), "op-1", AT)
    agencies.approve(book.conn, "north", 1, "op-2", LATER, DAY)
    agencies.tell(book.conn, "north", an_event("evaluated", reference="E-1", outcome="passed"))
    agencies.tell(book.conn, "north", an_event("suspended", reason="complaints"))
    of, on = {"agency": "north"}, {"on": "2026-06-15"}
    assert told(book) == [
        ("agency_registered", {**of, "by": "op-1", "version": 1, "digest": made.digest}),
        ("agency_approved", {**of, **on, "by": "op-2", "version": 1}),
        ("agency_evaluated", {**of, **on, "by": "op-1", "reference": "E-1", "outcome": "passed"}),
        ("agency_suspended", {**of, **on, "by": "op-1", "reason": "complaints"}),
    ]


def test_all_agencies_are_listed_by_id_with_their_own_events(book) -> None:
    for name in ("south", "north"):
        agencies.register(book.conn, agency(id=name), "op-1", AT)
    agencies.tell(book.conn, "south", an_event("published"))
    assert [(known.id, len(known.events)) for known in agencies.every(book.conn)] == [("north", 0), ("south", 1)]
    assert agencies.names(book.conn) == ["north", "south"]


def test_an_agency_that_nobody_registered_is_refused_by_name(book) -> None:
    assert agencies.get(book.conn, "north") is None
    assert agencies.every(book.conn) == ()
    with pytest.raises(InputError, match="no agency north in the register: see `duecourse agency list`"):
        agencies.found(book.conn, "north")
    agencies.register(book.conn, agency(), "op-1", AT)
    for words in (
        lambda: agencies.found(book.conn, "nort"),
        lambda: agencies.tell(book.conn, "nort", an_event("published")),
    ):
        with pytest.raises(InputError, match=r"no agency nort in the register: did you mean north\?"):
            words()


def test_who_says_it_is_a_code(book) -> None:
    with pytest.raises(InputError, match="is no code"):
        agencies.register(book.conn, agency(), "Anna Example", AT)
    agencies.register(book.conn, agency(), "op-1", AT)
    assert agencies.found(book.conn, "north").newest.by == "op-1"
