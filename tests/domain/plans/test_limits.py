"""Limits of plans: what each stack of packs forbids, by which rule and source, and what it asks beside."""

from datetime import date
from decimal import Decimal

import pytest

from domain.model.money import Money
from domain.model.plan import PlanTerms, Rhythm
from domain.plans.limits import refusals, unjudged
from policies import load_rules
from tests.domain.compliance.small_packs import pack


def terms(count: int = 12, **more: object) -> PlanTerms:
    def money(amount: int) -> Money:
        return Money(amount=Decimal(amount), currency="CNY")

    asked = {"first_on": date(2026, 2, 28), "signed_on": date(2026, 1, 31), **more}
    return PlanTerms(balance=money(60_000), count=count, unit=money(1), fees=money(asked.pop("fees", 0)), **asked)


def broken(asked: PlanTerms, rules: str = "cn") -> list[str]:
    return [refusal.rule for refusal in refusals(asked, load_rules(rules).packs)]


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        (terms(60), []),
        (terms(61), ["cn.plan.max_term_months", "cn.plan.max_instalments"]),
        (terms(60, first_on=date(2026, 3, 1)), ["cn.plan.max_term_months"]),
        (terms(20, rhythm=Rhythm.QUARTER, first_on=date(2026, 4, 30)), []),
        (terms(21, rhythm=Rhythm.QUARTER, first_on=date(2026, 4, 30)), ["cn.plan.max_term_months"]),
        (terms(61, rhythm=Rhythm.FORTNIGHT), ["cn.plan.max_instalments"]),
    ],
)
def test_in_china_a_plan_ends_within_five_years_of_signing_whatever_its_rhythm(asked, rules) -> None:
    assert broken(asked) == rules


def test_a_refusal_names_the_days_and_the_source() -> None:
    first, second = refusals(terms(61), load_rules("cn").packs)
    assert first.why == "at most 60 months from signing, until 2031-01-31; the last instalment is due on 2031-02-28"
    assert second.why == "at most 60 instalments, not 61"
    assert "art. 70" in first.source


def test_a_rate_that_must_not_rise_is_compared_with_that_of_the_contract() -> None:
    above = terms(nominal_percent=Decimal(20), contract_percent=Decimal("18.5"))
    assert broken(above, "us.first_party") == ["us.first_party.plan.interest"]
    assert broken(terms(nominal_percent=Decimal(18), contract_percent=Decimal("18.5")), "us.first_party") == []
    unknown = terms(nominal_percent=Decimal(18))
    assert broken(unknown, "us.first_party") == []
    (note,) = unjudged(unknown, load_rules("us.first_party").packs)
    assert note.startswith("us.first_party.plan.interest: the rate must not be above that of the contract")
    assert unjudged(terms(), load_rules("us.first_party").packs) == ()


def test_what_must_stop_must_be_waived_or_is_moved() -> None:
    strict = (
        pack(
            plan={
                "source": "s",
                "interest": "must_stop",
                "fees": "must_waive",
                "non_business_day": "modified_following",
            }
        ),
    )
    asked = terms(nominal_percent=Decimal(1), fees=5)
    assert [refusal.rule for refusal in refusals(asked, strict)] == ["xx.plan.interest", "xx.plan.fees"]
    assert refusals(terms(), strict) == ()
    (note,) = unjudged(asked, strict)
    moved = "due dates on no business day are to be moved (modified following); here they are not"
    assert note == f"xx.plan.non_business_day: {moved}"


def test_without_a_rule_about_plans_nothing_is_forbidden() -> None:
    assert refusals(terms(600), (pack(),)) == ()
    assert unjudged(terms(600), (pack(),)) == ()
