"""Resolving: who may tell the outcome of a dispute, what ends with it, and what cannot be so."""

from datetime import date

import pytest

from domain.model.contact import FactKind
from domain.model.disputes import DisputeOutcome
from tests.domain.case.desk import Desk, packs_of
from tests.domain.case.test_disputes import HOLD, NEW, OLD, PATHS, TODAY, closed, dispute, entries, owing, resolve
from tests.domain.compliance.small_packs import rule


@pytest.fixture
def bank(desk_of) -> Desk:
    """40 due in January and 100 in February."""
    return owing(desk_of(packs_of(holds=[HOLD]), causes=PATHS))


def test_one_that_is_not_upheld_is_asked_for_again_from_the_next_business_day(bank) -> None:
    dispute(bank, NEW)
    answer = resolve(bank, "not_upheld", at="2026-03-06T10:00", reference="ANS-1")  # a Friday
    assert answer.text == "the dispute d-1 is not upheld: the ladder goes on from 2026-03-09 with the whole sum"
    case = bank.world.case
    assert (case.disputes, case.holds, case.resumes_on) == ((), (), date(2026, 3, 9))
    assert (case.dispute_answer.outcome, case.dispute_answer.on) == (DisputeOutcome.NOT_UPHELD, date(2026, 3, 6))
    kept = entries(bank, "keep_dispute")[-1]
    assert (kept.step, kept.awaits, kept.by, kept.reference) == ("resolved", False, "lead-2", "ANS-1")
    assert kept.resumes_on == date(2026, 3, 9)
    assert closed(bank) == ["dispute_review", "dispute_acknowledgement", "dispute_escalation"]
    assert resolve(bank, "upheld").text == "no dispute d-1 is open on this case"


def test_one_of_the_whole_debt_ends_with_the_event_of_the_packs_own_rule(bank) -> None:
    dispute(bank)
    assert bank.world.case.disputes[0].person_hold == "dispute"
    assert bank.request().refused_by == ("xx.dispute",)
    resolve(bank, "not_upheld")
    assert [(fact.kind, fact.name, fact.debts) for fact in bank.said][1:] == [
        (FactKind.EVENT, "dispute_resolved", ("a1",))
    ]
    assert bank.request().permit is not None


def test_one_that_was_withdrawn_says_so_and_is_told_in_no_notice(bank) -> None:
    dispute(bank, about="agent-7")
    answer = resolve(bank, "withdrawn", by="agent-7")
    assert answer.accepted, "whom it is about may write down that it was withdrawn"
    assert bank.said[-1].name == "dispute_withdrawn"
    assert bank.world.case.dispute_answer is None


@pytest.mark.parametrize(("closes", "told"), [(["proof_mailed"], ["proof_mailed"]), (["objection_withdrawn"], None)])
def test_a_pack_with_one_event_has_that_one(desk_of, closes, told) -> None:
    hold = rule("dispute", opened_by="x", closed_by=closes, blocks=["collect_contact"])
    bank = desk_of(packs_of(holds=[hold]), causes=PATHS)
    dispute(bank)
    resolve(bank, "not_upheld")
    (event,) = bank.said[1:]
    assert ([event.name], event.debts) == (told or closes, ()), "its hold is about all of the person's debts"


def test_a_hold_that_no_pack_closes_by_an_event_is_left_to_people(desk_of) -> None:
    bank = desk_of(packs_of(), causes=PATHS)
    dispute(bank)
    assert resolve(bank, "not_upheld").accepted
    assert [fact.kind for fact in bank.said] == [FactKind.HOLD]


def test_a_dispute_is_named_by_its_contact_too(bank) -> None:
    dispute(bank, NEW)
    assert resolve(bank, "not_upheld", name=bank.world.case.disputes[0].contact_id).accepted


def test_an_outcome_after_the_last_day_says_so(bank) -> None:
    dispute(bank, NEW)
    answer = resolve(bank, "not_upheld", at="2026-04-03T09:00")
    assert answer.text.startswith("the dispute d-1 is not upheld, after its last day: ")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"outcome": "upheld", "by": "shop-9"}, "the dispute is about shop-9: somebody else must resolve it"),
        ({"outcome": "not_upheld", "amount": "5"}, "only what is upheld is corrected"),
        ({"outcome": "withdrawn", "corrected_due_on": (NEW,)}, "only what is upheld is corrected"),
        ({"outcome": "upheld", "corrected_due_on": (NEW,)}, "upheld means all of it: leave corrected_due_on out"),
        ({"outcome": "partly_upheld"}, "say what the bank corrects: give amount, or corrected_due_on"),
        (
            {"outcome": "partly_upheld", "corrected_due_on": (OLD,)},
            "2026-01-17 is not in dispute: disputed is what fell due on 2026-02-17",
        ),
        ({"outcome": "upheld", "amount": "0"}, "the bank corrects by more than zero, not by 0.00 EUR"),
        ({"outcome": "upheld", "amount": "9999"}, "9,999.00 EUR is more than all that is owed, 1,140.00 EUR"),
    ],
)
def test_what_cannot_be_so_is_refused(bank, new_money, asked, why) -> None:
    dispute(bank, NEW, about="shop-9")
    if "amount" in asked:
        asked = {**asked, "amount": new_money(asked["amount"])}
    answer = resolve(bank, **asked)
    assert (answer.accepted, answer.text[: len(why)]) == (False, why)
    assert len(bank.world.case.disputes) == 1


def test_a_correction_in_another_currency_or_of_no_obligation_is_refused(bank, new_money) -> None:
    dispute(bank)
    other = resolve(bank, "upheld", amount=new_money(5, "TWD"))
    assert other.text == "the correction is in TWD, the account in EUR"
    unknown = resolve(bank, "partly_upheld", corrected_due_on=(TODAY,))
    assert unknown.text.startswith("no obligation due on 2026-03-03 is unmet on this account")
