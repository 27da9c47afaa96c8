"""Re-ages: every step is kept once, told in the audit, and the last one stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.events import Answer
from domain.model.re_age import ReAgeState
from ledger import audit, keeping, re_ages, requests
from ledger.kept import Kept
from tests.ledger.conftest import instant
from tests.ledger.re_age_of_one import re_age, step

AT = instant("2005-06-23T01:00:00")


@pytest.fixture
def conn(book):
    book.open_case(AT)
    return book.conn


def keep(conn, entry, minutes: int) -> list[str]:
    keeping.keep(conn, [entry], Kept("a1/1", "a1", "p1", AT + timedelta(minutes=minutes)))
    return [row.kind for row in audit.rows(conn, "a1/1")]


def test_every_step_is_kept_and_told_once_and_the_last_one_stands(conn) -> None:
    assert re_ages.standing(conn, "a1/1", 9) is None
    approved = {"approved_by": "lead-2", "approved_at": AT + timedelta(minutes=2)}
    steps = [
        step(ReAgeState.ASKED, 1, by="agent-1"),
        step(ReAgeState.APPROVED, 2, by="lead-2", **approved),
        step(ReAgeState.CONFIRMED, 3, **approved),
    ]
    for _ in range(2):
        kinds = [keep(conn, each, minutes) for minutes, each in enumerate(steps, start=1)][-1]
    assert kinds == ["re_age_asked", "re_age_approved", "re_age_confirmed"]
    assert re_ages.standing(conn, "a1/1", 9) == steps[-1].re_age
    assert [(each.by, each.re_age.state) for each in re_ages.of_case(conn, "a1/1", 9)] == [
        ("agent-1", ReAgeState.ASKED),
        ("lead-2", ReAgeState.APPROVED),
        (None, ReAgeState.CONFIRMED),
    ]
    assert audit.verify(conn, "a1/1") is None
    assert audit.rows(conn, "a1/1")[1].content == {
        "re_age": "r-1",
        "past_due": "400.00 TWD",
        "needed": "600.00 TWD",
        "paid_since": "2005-01-21",
        "decide_by": "2005-07-07",
        "evidence": "DOC-7",
        "ability_report": None,
        "by": "lead-2",
        "asked_by": "agent-1",
        "approved_by": "lead-2",
        "reason": None,
    }


def test_two_changes_of_one_step_stand_in_their_order(conn) -> None:
    both = [step(ReAgeState.APPROVED, 2, by="lead-2"), step(ReAgeState.REFUSED, 3)]
    keeping.keep(conn, [step(ReAgeState.ASKED, 1, by="agent-1"), *reversed(both)], Kept("a1/1", "a1", "p1", AT))
    assert re_ages.standing(conn, "a1/1", 9) == both[-1].re_age


def test_of_a_step_that_was_decided_again_the_last_run_counts(conn) -> None:
    keep(conn, step(ReAgeState.ASKED, 1, by="agent-1"), 1)
    keep(conn, step(ReAgeState.ASKED, 1, by="agent-2", asked_by="agent-2"), 2)
    assert [each.re_age.asked_by for each in re_ages.of_case(conn, "a1/1", 9)] == ["agent-2"]


def test_of_several_the_one_asked_for_last_stands(conn) -> None:
    for minutes, each in enumerate(
        (
            step(ReAgeState.ASKED, 1, by="agent-1"),
            step(ReAgeState.DECLINED, 2, by="lead-2", reason="not-willing"),
            step(ReAgeState.ASKED, 1, "r-2", by="agent-1"),
        )
    ):
        keep(conn, each, minutes)
    assert re_ages.standing(conn, "a1/1", 9) == re_age("r-2")
    assert [each.reason for each in re_ages.of_case(conn, "a1/1", 9)] == [None, "not-willing", None]


def test_what_the_case_never_adopted_counts_for_nothing(conn) -> None:
    keep(conn, step(ReAgeState.ASKED, 1, by="agent-1", request_id="r-1"), 1)
    requests.store(conn, "a1/1", 1, [Answer(id="r-1", accepted=True, text="")], AT)
    keep(conn, step(ReAgeState.APPROVED, 2, by="lead-2", request_id="a-1"), 2)
    assert re_ages.standing(conn, "a1/1", 9).state is ReAgeState.ASKED, "no answer"
    requests.store(conn, "a1/1", 2, [Answer(id="a-1", accepted=False, text="")], AT)
    assert re_ages.standing(conn, "a1/1", 9).state is ReAgeState.ASKED, "refused when it ran again"
    requests.store(conn, "a1/1", 2, [Answer(id="a-1", accepted=True, text="")], AT)
    assert re_ages.standing(conn, "a1/1", 1).state is ReAgeState.ASKED, "a later step"
    assert re_ages.standing(conn, "a1/1", 2).state is ReAgeState.APPROVED
