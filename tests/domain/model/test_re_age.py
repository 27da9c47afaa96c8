"""A request for a re-age shows something, and a re-age has keys of its own."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.duties import Duties
from domain.model.re_age import AskReAge, ReAgeFacts, ReAgeTerms


def test_a_request_says_what_shows_that_the_customer_is_willing_and_able() -> None:
    with pytest.raises(ValidationError, match="evidence, or ability_report"):
        AskReAge(id="r-1", by="agent-1")
    assert AskReAge(id="r-1", by="agent-1", evidence="DOC-7").kind == "re_age"


@pytest.mark.parametrize(
    "said", [{"evidence": "Ms Canary said so"}, {"evidence": "x", "by": ""}, {"ability_report": "a b"}]
)
def test_it_holds_codes_and_no_sentences(said) -> None:
    with pytest.raises(ValidationError):
        AskReAge(**{"id": "r-1", "by": "agent-1", **said})


@pytest.mark.parametrize("said", [{"expires_days": 0}, {"expires_days": 91}, {"confirm_within_days": 0}, {"most": 1}])
def test_terms_that_cannot_be_are_refused(said) -> None:
    with pytest.raises(ValidationError):
        ReAgeTerms(**said)


def test_the_answer_of_the_card_system_is_that_to_the_re_age_and_not_to_its_undoing() -> None:
    undone = Adjustment(key="k/reinstate/1", kind=AdjustmentKind.REINSTATE)
    done = Adjustment(key="k/re_age/1", kind=AdjustmentKind.RE_AGE)
    known = [
        KnownAdjustment(adjustment=undone, state=AdjustmentState.ASKED),
        KnownAdjustment(adjustment=done, state=AdjustmentState.CONFIRMED),
    ]
    assert ReAgeFacts(adjustments=tuple(known)).answer is AdjustmentState.CONFIRMED
    assert ReAgeFacts(adjustments=tuple(known[:1])).answer is None


def test_packs_without_the_section_keep_the_digest_that_they_had() -> None:
    assert "re_age" not in Duties().model_dump()
