"""The notice before a report: what is reported, what stays and for how long, and no promise that anything goes away."""

from datetime import date
from itertools import product

import pytest

from domain.model.bureau import BUREAU_NOTICE, ReportAhead
from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import TextAsk
from domain.model.strategy import BureauTerms, Channel
from domain.sms_length import segments
from policies import load_stack, load_strategy, pack_names
from policies.texts import check, sample, texts_of
from policies.texts.claims import removals

LOCALES = ["en", "zh-CN"]
CHANNELS = [Channel.SMS, Channel.IM, Channel.EMAIL, Channel.LETTER, Channel.FILE]
STRATEGY = load_strategy("card-standard").model_copy(
    update={"bureau": BureauTerms(report_from_dpd=60, channels=tuple(CHANNELS))}
)
REPORTED = {"en": ("18 May 2026", "credit bureau", "amount"), "zh-CN": ("2026年5月18日", "征信机构", "逾期金额")}
KEPT = {"en": "for 5 years", "zh-CN": "5年"}


def said_in(texts, packs, channel, locale, **changes) -> str:
    values = sample(BUREAU_NOTICE, locale).model_copy(update=changes)
    ask = TextAsk(
        notice=BUREAU_NOTICE,
        channel=channel,
        locale=locale,
        values=values,
        legal_notice="negative_report_notice",
    )
    rendered = texts.message(ask, packs)
    return "\n".join((rendered.subject or "", rendered.text))


@pytest.mark.parametrize("pack", pack_names())
def test_the_texts_keep_every_pack(texts, pack) -> None:
    assert check(texts, load_stack((pack,)), [STRATEGY]) == []


@pytest.mark.parametrize(("channel", "locale"), list(product(CHANNELS, LOCALES)))
@pytest.mark.parametrize("party", [Party.DEBTOR, Party.GUARANTOR])
def test_it_says_what_is_reported_and_from_when_on_and_how_long_it_stays(texts, packs, channel, locale, party) -> None:
    said = said_in(texts, packs, channel, locale, party=party)
    assert [words for words in (*REPORTED[locale], KEPT[locale]) if words not in said] == []
    assert list(removals(said, locale[:2])) == []


@pytest.mark.parametrize(("channel", "locale"), list(product([Channel.EMAIL, Channel.LETTER], LOCALES)))
def test_where_no_pack_says_how_long_it_names_no_years(texts, packs, channel, locale) -> None:
    said = said_in(texts, packs, channel, locale, reported=ReportAhead(on=date(2026, 5, 18)))
    assert KEPT[locale] not in said
    assert {"en": "for its own rules to say", "zh-CN": "以征信机构的规定为准"}[locale] in said


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_message_fits(texts, locale) -> None:
    assert segments(texts.render(BUREAU_NOTICE, Channel.SMS, locale, sample(BUREAU_NOTICE, locale)).text) <= 3


@pytest.mark.parametrize("change", [{"verified": False}, {"party": Party.SPOUSE}])
def test_who_may_not_read_of_the_debt_gets_no_notice_of_the_law(texts, packs, change) -> None:
    with pytest.raises(InputError, match='the token "what_is_reported" is required and not said'):
        said_in(texts, packs, Channel.EMAIL, "en", **change)


def test_a_bank_that_writes_another_text_says_what_is_reported_too(folder, packs) -> None:
    path = folder / "en" / "bureau-notice.email.txt"
    path.write_text(path.read_text("utf-8").replace('says("what_is_reported")', 'says("reason")'), "utf-8")
    found = check(texts_of(folder), packs, [STRATEGY])
    what = "the legal notice negative_report_notice by email must say and mark what_is_reported"
    assert any(fault.startswith(f"en/bureau-notice.email.txt:1: {what}") for fault in found)
