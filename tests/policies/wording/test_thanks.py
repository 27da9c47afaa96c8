"""Thanks: they say what was reached and how the next time goes well, and neither ask nor threaten nor promise."""

from itertools import product

import pytest

from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import TextAsk
from domain.model.strategy import Channel
from domain.model.thanks import THANK_YOU, Reached, Thanked
from domain.sms_length import segments
from policies import load_stack, pack_names
from policies.texts import choose, required, sample, texts_of
from policies.texts.check import CHANNELS
from policies.texts.claims import demands, removals
from tests.policies.wording.planting import append, refusal

LOCALES = ["en", "zh-CN"]
REACHED = {
    Reached.CURED: {"en": "is up to date again", "zh-CN": "已恢复正常"},
    Reached.PLAN_COMPLETED: {"en": "was kept to its end", "zh-CN": "已全部履行完毕"},
    Reached.PAID_IN_FULL: {"en": "is paid in full", "zh-CN": "已全部结清"},
}
NEXT_TIME = {"en": ("statement", "direct debit", "tell us early"), "zh-CN": ("账单", "自动还款", "尽早告诉我们")}
KEPT = {"en": "for 5 years from the day", "zh-CN": "5年"}


def said_in(texts, packs, channel, locale, reached=Reached.CURED, years=5, **changes) -> str:
    """All that a text says, read or spoken."""
    values = sample(THANK_YOU, locale)
    values = values.model_copy(update={"thanked": Thanked(reached=reached, record_years=years), **changes})
    rendered = texts.message(TextAsk(notice=THANK_YOU, channel=channel, locale=locale, values=values), packs)
    return "\n".join((rendered.subject or "", rendered.text, *rendered.must_say))


@pytest.mark.parametrize(("reached", "channel", "locale"), list(product(Reached, CHANNELS, LOCALES)))
def test_they_say_what_was_reached_and_how_the_next_time_goes_well(texts, packs, reached, channel, locale) -> None:
    said = said_in(texts, packs, channel, locale, reached)
    assert REACHED[reached][locale] in said
    assert [words for words in NEXT_TIME[locale] if words not in said] == []
    assert [other for other in REACHED if other is not reached and REACHED[other][locale] in said] == []


@pytest.mark.parametrize(("channel", "locale"), list(product(CHANNELS, LOCALES)))
def test_they_say_how_long_a_record_is_kept_only_where_the_pack_says_it(texts, packs, channel, locale) -> None:
    assert KEPT[locale] in said_in(texts, packs, channel, locale)
    silent = said_in(texts, packs, channel, locale, years=None)
    assert {"en": "years", "zh-CN": "年"}[locale] not in silent


@pytest.mark.parametrize(
    ("channel", "locale", "party"), list(product(CHANNELS, LOCALES, [Party.DEBTOR, Party.GUARANTOR]))
)
def test_they_ask_for_nothing_and_hold_no_amount(texts, packs, channel, locale, party) -> None:
    said = said_in(texts, packs, channel, locale, party=party)
    assert list(demands(said, locale[:2])) == []
    assert "1,200" not in said
    assert "15,800" not in said


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reached", Reached)
def test_a_text_message_stays_short(texts, locale, reached) -> None:
    values = sample(THANK_YOU, locale).model_copy(update={"thanked": Thanked(reached=reached, record_years=5)})
    assert segments(texts.render(THANK_YOU, Channel.SMS, locale, values).text) <= 3


@pytest.mark.parametrize("pack", pack_names())
@pytest.mark.parametrize("channel", CHANNELS)
def test_under_every_pack_they_can_leave(texts, pack, channel) -> None:
    for locale in LOCALES:
        assert said_in(texts, load_stack((pack,)), channel, locale)


def test_they_owe_no_way_to_pay_and_still_say_how_to_stop_them(packs) -> None:
    tokens = required(packs, THANK_YOU, Channel.EMAIL, Party.DEBTOR)
    assert {"opt_out", "institution_name", "complaint_route"} <= tokens
    assert not {token for token in tokens if token.startswith("how_to_pay")}


@pytest.mark.parametrize("change", [{"verified": False}, {"party": Party.SPOUSE}])
def test_nobody_else_is_asked_for_a_call_only_to_be_thanked(texts, packs, change) -> None:
    assert choose(THANK_YOU, change.get("party", Party.DEBTOR), change.get("verified", True)) is None
    with pytest.raises(InputError, match="nothing may be told in writing"):
        said_in(texts, packs, Channel.EMAIL, "en", **change)


PLANTED = {
    "en": [
        *("Please pay {{ past_due }}.", "We hope for CNY 5.00.", "Your balance is fine.", "It was overdue."),
        *("Otherwise we are sad.", "Mind the consequences.", "That was the last chance.", "There may be legal steps."),
    ],
    "zh-CN": [
        "请还款。",
        "共{{ past_due }}。",
        "您曾欠款。",
        "否则停卡。",
        "后果自负。",
        "请注意法律责任。",
        "还有5元。",
    ],
}


@pytest.mark.parametrize(("locale", "line"), [(locale, line) for locale in LOCALES for line in PLANTED[locale]])
def test_a_line_that_asks_or_threatens_keeps_thanks_from_leaving(folder, packs, locale, line) -> None:
    assert "thanks do neither" in refusal(folder, locale, line, packs, THANK_YOU)


def test_the_lint_tells_where_it_stands(folder, faults) -> None:
    number = append(folder / "en" / "thank-you.email.txt", "Please pay at once.", "words")
    what = '"Please pay" asks or threatens, and thanks do neither'
    assert f"en/thank-you.email.txt:{number}: {what}" in faults()


PROMISED = {
    "en": [
        *("Once you have paid, the record will be removed.", "We delete the entry at the bureau."),
        *("Your credit file is wiped.", "Pay and we clear your record.", "That repairs your credit score."),
        *("The bureau never erases it.", "We will withdraw what was reported."),
    ],
    "zh-CN": [
        "还款后可消除逾期记录。",
        "我们会为您修复征信。",
        "征信记录将被删除。",
        "不良记录可以撤销。",
        "逾期信息不会删除。",
    ],
}


@pytest.mark.parametrize(("locale", "line"), [(locale, line) for locale in LOCALES for line in PROMISED[locale]])
@pytest.mark.parametrize("notice", [THANK_YOU, "firm-notice"])
def test_no_text_says_that_a_record_goes_away(folder, packs, locale, line, notice) -> None:
    what = "implies that a record at a credit bureau goes away"
    assert what in refusal(folder, locale, line, packs, notice)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "I will note it. We clear up every question. The record stays for five years."),
        ("en", "We cancel the card and remove the block."),
        ("zh", "如需取消，请回复TD。征信机构保存该信息5年。"),
        ("fr", "Le dossier du bureau est effacé."),
    ],
)
def test_words_of_another_sentence_or_language_are_left_alone(language, line) -> None:
    assert list(removals(line, language)) == []


def test_in_a_language_without_words_of_its_own_an_amount_is_found_all_the_same() -> None:
    assert list(demands("Merci de payer EUR 5.", "fr")) == ["EUR 5"]


@pytest.mark.parametrize(("locale", "channel"), list(product(LOCALES, CHANNELS)))
def test_none_of_our_texts_says_so(texts, locale, channel) -> None:
    notices = {notice for notice, _ in texts_of().templates.names(locale)}
    for notice in sorted(each for each in notices if texts.templates.find(each, channel, locale)):
        rendered = texts.render(notice, channel, locale, sample(notice, locale))
        said = "\n".join((rendered.text, *rendered.must_say))
        assert list(removals(said, locale[:2])) == [], notice
