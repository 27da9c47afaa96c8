"""What a case says of a re-age is one sentence, and names nobody."""

from __future__ import annotations

from datetime import date

import pytest

from domain.case import re_age_words as words
from domain.model.adjustments import AdjustmentState
from domain.model.re_age import ReAge, ReAgeState
from tests.domain.tiny_world import money

MADE = ReAge(
    id="r-1",
    asked_by="agent-1",
    evidence="DOC-7",
    past_due=money(400),
    paid_since=date(2026, 1, 26),
    needed=money(600),
    decide_by=date(2026, 6, 16),
    since=date(2026, 6, 2),
)


@pytest.mark.parametrize("state", list(ReAgeState))
def test_every_state_is_told_in_a_sentence_of_the_timeline(state) -> None:
    made = MADE.model_copy(update={"state": state})
    line = words.changed(made)
    assert line == f"The re-age r-1 {made.stands}."
    assert "{" not in line
    assert words.changed(made, "not-willing").endswith(" (not-willing).")
    assert words.goes_on(made).endswith(": wait for that")


def test_the_wait_tells_whose_turn_it_is() -> None:
    assert words.waits_for_cards(MADE, None).what.startswith("waits for the bank's card system")
    assert words.waits_for_cards(MADE, AdjustmentState.CONFIRMED).what == "waits until the ledger shows the re-age"
