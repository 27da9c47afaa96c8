"""What is disputed: no text asks for it, and every text says that it is looked into, or once how that ended."""

from decimal import Decimal
from itertools import product

import pytest

from domain.model.contact import Party
from domain.model.disputes import DisputeWord
from domain.model.message import TextAsk
from domain.model.money import Money
from domain.model.repayment import PLAN_NOTICES
from domain.model.strategy import Channel
from domain.model.thanks import THANK_YOU
from domain.sms_length import segments
from policies import load_strategy
from policies.texts import sample
from policies.texts.check import CHANNELS

NOTICES = [notice for notice, _ in load_strategy("card-standard").messages if notice != THANK_YOU]
LOCALES = ["en", "zh-CN"]
REST = Money(amount=Decimal("703.00"), currency="CNY")
"""Past due without what is disputed."""
DISPUTED, TOGETHER = "637.00", "1,340.00"
UNDER_REVIEW = {"en": "under review", "zh-CN": "正在核实"}
NOT_ASKED_FOR = {"en": "is not asked for", "zh-CN": "不在"}
WORDS = {
    DisputeWord.ALL_UNDER_REVIEW: {"en": "is under review", "zh-CN": "正在核实"},
    DisputeWord.CORRECTING: {"en": "being corrected", "zh-CN": "正在更正"},
    DisputeWord.UPHELD: {"en": "rightly disputed|it was right", "zh-CN": "异议成立"},
    DisputeWord.PARTLY_UPHELD: {"en": "rightly disputed|a part of it was right", "zh-CN": "部分成立"},
    DisputeWord.NOT_UPHELD: {"en": "owed as billed", "zh-CN": "无误"},
}


def said_in(texts, packs, notice, channel, locale, *words, **changes) -> str:
    """All that a text says, read or spoken."""
    values = sample(notice, locale).model_copy(update={"past_due": REST, "disputed": words, **changes})
    rendered = texts.message(TextAsk(notice=notice, channel=channel, locale=locale, values=values), packs)
    return "\n".join((rendered.subject or "", rendered.text, *rendered.must_say))


@pytest.mark.parametrize(("notice", "channel", "locale"), list(product(NOTICES, CHANNELS, LOCALES)))
@pytest.mark.parametrize("party", [Party.DEBTOR, Party.GUARANTOR])
def test_no_text_asks_for_a_disputed_sum(texts, packs, notice, channel, locale, party) -> None:
    said = said_in(texts, packs, notice, channel, locale, DisputeWord.UNDER_REVIEW, party=party)
    # a message of a plan asks for its instalment, and for nothing that is past due by the contract
    asked = "500.00" if notice in PLAN_NOTICES else str(REST.amount)
    assert asked in said
    assert DISPUTED not in said
    assert TOGETHER not in said
    assert UNDER_REVIEW[locale] in said
    assert NOT_ASKED_FOR[locale] in said


@pytest.mark.parametrize(("word", "locale"), list(product(WORDS, LOCALES)))
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL, Channel.LETTER, Channel.CALL])
def test_every_outcome_has_a_sentence(texts, packs, word, locale, channel) -> None:
    ways = WORDS[word][locale].split("|")
    assert any(way in said_in(texts, packs, "firm-notice", channel, locale, word) for way in ways)
    plain = said_in(texts, packs, "overdue-notice", channel, locale)
    assert not any(way in plain for way in ways), "nothing is said where nothing was disputed"


@pytest.mark.parametrize(("notice", "word", "locale"), list(product(NOTICES, DisputeWord, LOCALES)))
def test_a_text_message_stays_short(texts, packs, notice, word, locale) -> None:
    values = sample(notice, locale).model_copy(update={"disputed": (word,)})
    assert segments(texts.render(notice, Channel.SMS, locale, values).text) <= 3


@pytest.mark.parametrize(
    ("notice", "word"), list(product(["please-call", "opt-out-confirmation", THANK_YOU], DisputeWord))
)
def test_a_text_that_asks_for_nothing_says_nothing_of_a_dispute(texts, notice, word) -> None:
    for locale, channel in product(LOCALES, [Channel.SMS, Channel.EMAIL]):
        plain = sample(notice, locale)
        disputed = plain.model_copy(update={"disputed": (word,)})
        assert texts.render(notice, channel, locale, disputed) == texts.render(notice, channel, locale, plain)
