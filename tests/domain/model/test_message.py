"""The words of messages: what is asked for a text, and what a text is."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.model.message import NoticeValues, Rendered, TextAsk, reference_of
from domain.model.money import Money

VALUES = NoticeValues(
    account_ref="*1234",
    past_due=Money(amount=Decimal("10.00"), currency="CNY"),
    oldest_due_on=date(2026, 4, 20),
    on=date(2026, 4, 27),
    reference="r-1",
    verified=True,
)


@pytest.mark.parametrize("locale", ["en", "zh-CN", "fil"])
def test_a_locale_is_a_language_and_maybe_a_country(locale):
    assert TextAsk(notice="firm-notice", channel="sms", locale=locale, values=VALUES).locale == locale


@pytest.mark.parametrize("locale", ["", "EN", "zh_CN", "../en", "en-GB-x"])
def test_what_is_no_locale_is_refused(locale):
    with pytest.raises(ValidationError):
        TextAsk(notice="firm-notice", channel="sms", locale=locale, values=VALUES)


def test_whether_an_address_is_verified_must_be_said():
    with pytest.raises(ValidationError, match="verified"):
        NoticeValues.model_validate(VALUES.model_dump(exclude={"verified"}))


def test_a_text_without_subject_page_and_sentences_is_a_text():
    assert Rendered(text="hello") == Rendered(subject=None, text="hello", html=None, must_say=())


def test_a_reference_is_what_the_ledger_shows_of_a_message():
    assert reference_of("ACC-000123", date(2026, 4, 27), "firm-notice") == "ACC-000123/2026-04-27/firm-notice"
