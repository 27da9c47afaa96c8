"""Mandates and debits as words: the days and the limit of a mandate, and which declines are final."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from domain.model.debits import ENDS_MANDATE, HARD_CODES, KnownMandate, is_hard
from domain.model.strategy import Debits, Plans

SIGNED, FIRST, LAST = date(2026, 6, 1), date(2026, 6, 10), date(2026, 6, 20)


@pytest.mark.parametrize(
    ("until", "day", "runs"),
    [
        (LAST, date(2026, 6, 9), False),
        (LAST, FIRST, True),
        (LAST, LAST, True),
        (LAST, date(2026, 6, 21), False),
        (None, date(2030, 1, 1), True),
    ],
)
def test_a_mandate_runs_from_its_first_day_to_its_last(until, day, runs) -> None:
    assert KnownMandate(id="m-1", signed_on=SIGNED, valid_from=FIRST, valid_until=until).runs_on(day) is runs


def test_a_mandate_allows_as_much_as_it_says_and_without_a_limit_anything(new_money) -> None:
    limited = KnownMandate(id="m-1", signed_on=SIGNED, valid_from=FIRST, most=new_money(200))
    assert [limited.allows(new_money(amount)) for amount in (200, "200.01")] == [True, False]
    assert limited.model_copy(update={"most": None}).allows(new_money(10**9))


@pytest.mark.parametrize(
    ("code", "told", "hard"),
    [
        ("no_funds", False, False),
        ("no_funds", True, True),
        ("account_closed", False, True),
        ("payer_refused", False, True),
    ],
)
def test_a_decline_is_final_by_its_code_or_because_the_provider_says_so(code, told, hard) -> None:
    assert is_hard(code, told) is hard


def test_what_ends_a_mandate_is_final() -> None:
    assert ENDS_MANDATE < HARD_CODES


@pytest.mark.parametrize("days", [(0,), (3, 1), (2, 2), (1, 2, 3), (-1, 2)])
def test_days_of_retries_that_do_not_rise_from_one_on_are_refused(days) -> None:
    with pytest.raises(ValidationError):
        Debits(at="10:00", retry_days=days)


def test_a_strategy_from_before_there_were_debits_is_written_as_it_was() -> None:
    assert "debit" not in Plans(most=2).model_dump()
    assert Plans(most=2, debit=Debits(at="10:00")).model_dump(mode="json")["debit"]["at"] == "10:00:00"
