"""Of contacts at the same instant the order of the record says which came last."""

from __future__ import annotations

import pytest

from domain.model.contact import Party

INVALID = {"number_invalid": True}
ROW = {"failed_attempts_in_a_row": {"n": 2, "then": "at_once"}}


@pytest.mark.parametrize(
    ("signs", "outcomes", "lost"),
    [
        (INVALID, ["no_answer", "not_in_service"], True),
        (INVALID, ["not_in_service", "no_answer"], False),
        (INVALID, ["conversation", "not_in_service"], True),
        (INVALID, ["not_in_service", "conversation"], False),
        (ROW, ["dropped", "busy", "busy"], True),
        (ROW, ["busy", "dropped", "busy"], False),
        (ROW, ["busy", "pending", "busy"], False),
    ],
)
def test_the_last_of_several_attempts_at_one_instant_is_the_last_on_record(w, signs, outcomes, lost):
    """China Banking Association 2026, lost contact: what the last attempts found."""
    spouse = {"id": "spouse", "reach": "conditional", "condition": "debtor_lost"}
    pack = w.pack(parties=[spouse], predicates=[{"id": "debtor_lost", "any": signs}])
    calls = [w.call("2026-03-02T09:00", outcome, address="n1") for outcome in outcomes]
    assert w.judged(w.ask(party=Party.SPOUSE), pack, *calls) == (() if lost else ("cn.spouse",))


def test_a_record_in_disorder_is_read_oldest_first(w):
    spouse = {"id": "spouse", "reach": "conditional", "condition": "debtor_lost"}
    pack = w.pack(parties=[spouse], predicates=[{"id": "debtor_lost", "any": INVALID}])
    calls = [w.call("2026-03-02T09:00", "not_in_service"), w.call("2026-03-01T09:00", "no_answer")]
    assert w.judged(w.ask(party=Party.SPOUSE), pack, *calls) == ()
