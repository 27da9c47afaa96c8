"""The texts that come with the package: whole, lawful, and readable in both languages."""

from itertools import product

import pytest

from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import TextAsk
from domain.model.strategy import Channel
from domain.sms_length import segments
from policies import load_stack, load_strategy, pack_names
from policies.texts import checked, sample
from policies.texts.check import CHANNELS
from policies.texts.replies import is_heard, words_heard
from policies.texts.templates import FRAMES

LADDER = [step.notice for step in load_strategy("card-standard").ladder]
LOCALES = ["en", "zh-CN"]


@pytest.mark.parametrize("pack", pack_names())
def test_the_texts_keep_every_pack(texts, pack):
    assert checked(texts, load_stack((pack,)), [load_strategy("card-standard")]) is texts


@pytest.mark.parametrize(("notice", "channel", "locale"), list(product(LADDER, CHANNELS, LOCALES)))
def test_each_notice_of_the_ladder_is_told_on_every_channel(texts, packs, notice, channel, locale):
    ask = TextAsk(notice=notice, channel=channel, locale=locale, values=sample(notice, locale))
    rendered = texts.message(ask, packs)
    said = "\n".join((rendered.text, *rendered.must_say))
    assert "1,200.00" in said
    assert "*1234" in said
    assert (rendered.subject is not None) == (channel in FRAMES)
    assert (rendered.html is not None) == (channel is Channel.EMAIL)
    assert bool(rendered.must_say) == (channel is Channel.CALL)
    assert not set("{}\ue000\ue001\ue003\ue005") & set(said)


@pytest.mark.parametrize(("notice", "locale"), list(product(LADDER, LOCALES)))
def test_a_text_message_is_short(texts, notice, locale):
    assert segments(texts.render(notice, Channel.SMS, locale, sample(notice, locale)).text) <= 3


@pytest.mark.parametrize(
    ("locale", "amount", "day"),
    [("en", "CNY 1,200.00", "20 April 2026"), ("zh-CN", "¥1,200.00", "2026年4月20日")],
)
def test_amounts_and_dates_are_written_as_the_language_does(texts, locale, amount, day):
    text = texts.render("firm-notice", Channel.LETTER, locale, sample("firm-notice", locale)).text
    assert amount in text
    assert day in text


@pytest.mark.parametrize("locale", LOCALES)
def test_a_letter_says_all_that_article_69_asks_for(texts, locale):
    _, draft = texts.draft("firm-notice", Channel.LETTER, locale, sample("firm-notice", locale))
    assert draft.said >= {
        *("customer_name", "balance", "reason", "legal_basis", "rights_and_duties", "how_to_query"),
        *("how_to_pay", "how_to_object", "bank_contact", "seal", "complaint_route"),
    }


def test_a_letter_without_a_balance_does_not_leave_where_the_law_asks_for_one(texts, packs):
    values = sample("firm-notice", "en").model_copy(update={"balance": None})
    ask = TextAsk(notice="firm-notice", channel=Channel.LETTER, locale="en", values=values)
    with pytest.raises(InputError, match='the token "balance" is required and not said'):
        texts.message(ask, packs)


def test_a_guarantor_is_told_whose_account_it_is(texts, packs):
    values = sample("firm-notice", "en").model_copy(update={"party": Party.GUARANTOR})
    ask = TextAsk(notice="firm-notice", channel=Channel.EMAIL, locale="en", values=values)
    assert "the credit card account *1234 that you guarantee" in texts.message(ask, packs).text


def test_a_page_says_the_same_as_the_text(texts):
    rendered = texts.render("firm-notice", Channel.EMAIL, "zh-CN", sample("firm-notice", "zh-CN"))
    assert rendered.html is not None
    assert all(line in rendered.html for line in rendered.text.splitlines() if '"' not in line)


@pytest.mark.parametrize("channel", [Channel.VISIT])
def test_a_channel_without_a_text_is_refused_with_the_file_that_is_missing(texts, channel):
    with pytest.raises(InputError, match=r"en/firm-notice.visit.txt is missing"):
        texts.render("firm-notice", channel, "en", sample("firm-notice", "en"))


def test_an_unknown_locale_is_refused(texts):
    with pytest.raises(InputError, match="no texts in the locale 'xx': there are en, zh-CN"):
        texts.render("firm-notice", Channel.SMS, "xx", sample("firm-notice", "en"))


def said_in(texts, packs, notice, channel, locale, **changes):
    """A text as it leaves, with everything that is said aloud."""
    values = sample(notice, locale).model_copy(update=changes)
    rendered = texts.message(TextAsk(notice=notice, channel=channel, locale=locale, values=values), packs)
    return "\n".join((rendered.subject or "", rendered.text, *rendered.must_say))


UNTRUE = {
    "en": [
        *(
            "a person will look",
            "at any time",
            "any time on",
            "a short while ago",
            "written to you several",
            "this week",
        ),
        *(
            "was due on 20",
            "wanted to let you know early",
            "listens on",
            "interest goes on",
            "stay silent",
            "we look for",
        ),
    ],
    "zh-CN": [
        *("专人查看", "随时", "本周内", "尽早", "来函", "来信", "致函", "沉默", "本次来电", "请您在本通知", "前些天"),
        *("此致\n示例", "决定下一步", "您的您", "的的"),
    ],
}
NOTICES = [*LADDER, "please-call", "opt-out-confirmation"]


@pytest.mark.parametrize(
    ("notice", "channel", "locale"), list(product(NOTICES, [Channel.EMAIL, Channel.SMS, Channel.LETTER], LOCALES))
)
@pytest.mark.parametrize("party", [Party.DEBTOR, Party.GUARANTOR])
def test_no_text_promises_or_claims_what_is_not_so(texts, packs, notice, channel, locale, party):
    said = said_in(texts, packs, notice, channel, locale, party=party)
    assert [words for words in UNTRUE[locale] if words in said] == []


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.LETTER, Channel.FILE])
def test_the_last_reminder_offers_a_look_at_the_account_and_announces_nothing(texts, packs, channel):
    offer = "If you call us, we will look at your account together and talk about what is possible."
    assert offer in said_in(texts, packs, "final-notice", channel, "en")
    assert "如您与我们联系，我们会与您一起查看账户，商量可行的办法。" in said_in(
        texts, packs, "final-notice", channel, "zh-CN"
    )


@pytest.mark.parametrize(("notice", "locale"), list(product(LADDER, LOCALES)))
def test_a_letter_leaves_date_account_and_reference_to_its_head(texts, packs, notice, locale):
    said = said_in(texts, packs, notice, Channel.LETTER, locale)
    assert "DC-26-0427" not in said
    assert not {"27 April 2026", "2026年4月27日", "Account: *1234", "账户：*1234"} & set(said.splitlines())
    assert "DC-26-0427" in said_in(texts, packs, notice, Channel.EMAIL, locale)


@pytest.mark.parametrize(("notice", "locale"), list(product([*LADDER, "please-call"], LOCALES)))
def test_nobody_has_to_say_a_reference_aloud(texts, packs, notice, locale):
    assert "DC-26-0427" not in said_in(texts, packs, notice, Channel.CALL, locale)


@pytest.mark.parametrize(("notice", "channel"), list(product(NOTICES, [Channel.SMS, Channel.EMAIL])))
def test_an_english_text_begins_its_sentences_with_capitals(texts, packs, notice, channel):
    said = said_in(texts, packs, notice, channel, "en", customer_name=None)
    lines = [line for line in said.removeprefix("\nExample Bank: ").splitlines() if line.strip()]
    assert [line for line in lines if line.strip()[0].islower()] == []


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_a_confirmation_asks_for_a_word_that_is_heard(texts, packs, channel):
    for locale in LOCALES:
        _, draft = texts.draft("opt-out-confirmation", channel, locale, sample("opt-out-confirmation", locale))
        assert is_heard(draft.words["opt_in"], words_heard(packs, channel, "opt_in_keywords"))


@pytest.mark.parametrize("notice", LADDER)
def test_no_chinese_letter_is_addressed_to_the_bank(texts, packs, notice):
    assert "此致\n敬礼\n\n示例银行信用卡中心" in said_in(texts, packs, notice, Channel.LETTER, "zh-CN")
