"""Who may be told what: nobody but who surely owes ever reads of a debt."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.contact import Party
from domain.model.errors import InputError
from domain.model.message import TextAsk
from domain.model.strategy import Channel
from policies.texts import OPT_OUT_CONFIRMATION, PLEASE_CALL, choose, sample
from policies.texts.choose import LIABLE, content_for

CHANNELS = [Channel.SMS, Channel.EMAIL, Channel.IM, Channel.LETTER, Channel.CALL, Channel.FILE]
OTHERS = [party for party in Party if party not in LIABLE]
SECRETS = ["1,200", "1200", "15,800", "*1234", "DC-26-0427", "20 April", "2026年"]


@pytest.mark.parametrize(
    ("notice", "party", "verified", "content", "chosen"),
    [
        ("firm-notice", Party.DEBTOR, True, "full", "firm-notice"),
        ("firm-notice", Party.GUARANTOR, True, "full", "firm-notice"),
        ("firm-notice", Party.DEBTOR, False, "full", PLEASE_CALL),
        ("firm-notice", Party.GUARANTOR, False, "full", PLEASE_CALL),
        ("firm-notice", Party.DEBTOR, True, "relay_only", PLEASE_CALL),
        ("firm-notice", Party.SPOUSE, True, "full", PLEASE_CALL),
        ("firm-notice", Party.ATTORNEY, True, "full", PLEASE_CALL),
        ("firm-notice", Party.RESERVED_CONTACT, True, "relay_only", PLEASE_CALL),
        ("firm-notice", Party.EMPLOYER, True, "location_only", None),
        ("firm-notice", Party.EMPLOYER, True, "none", None),
        (OPT_OUT_CONFIRMATION, Party.DEBTOR, False, "full", OPT_OUT_CONFIRMATION),
        (PLEASE_CALL, Party.DEBTOR, True, "full", PLEASE_CALL),
    ],
)
def test_each_reader_gets_the_text_that_fits(notice, party, verified, content, chosen):
    assert choose(notice, party, verified, content) == chosen


def test_the_narrowest_condition_of_a_verdict_counts(packs):
    assert content_for(packs, Party.EMPLOYER, ()) == "full"
    assert content_for(packs, Party.EMPLOYER, ("cn.employer.relay_only",)) == "relay_only"
    both = ("cn.employer.relay_only", "base.employer.location_only")
    assert content_for(packs, Party.EMPLOYER, both) == "location_only"
    assert content_for(packs, Party.SPOUSE, both) == "full"


def readers():
    known = product(OTHERS, [True, False])
    return [*known, (Party.DEBTOR, False), (Party.GUARANTOR, False)]


@pytest.mark.parametrize(("channel", "locale"), list(product(CHANNELS, ["en", "zh-CN"])))
def test_no_other_reader_learns_of_a_debt_on_any_channel(texts, packs, channel, locale):
    for party, verified in readers():
        values = sample("firm-notice", locale).model_copy(update={"party": party, "verified": verified})
        rendered = texts.message(TextAsk(notice="firm-notice", channel=channel, locale=locale, values=values), packs)
        whole = "\n".join((rendered.subject or "", rendered.text, rendered.html or "", *rendered.must_say))
        assert not [secret for secret in SECRETS if secret in whole]
        assert values.customer_name in whole


def test_a_notice_about_a_debt_is_refused_when_it_is_asked_for_by_name(texts):
    values = sample("firm-notice", "en").model_copy(update={"verified": False})
    with pytest.raises(InputError, match="gets please-call, and no notice about a debt"):
        texts.render("firm-notice", Channel.SMS, "en", values)


def test_a_party_that_may_only_be_asked_where_the_debtor_is_gets_no_text(texts, packs):
    values = sample("firm-notice", "en").model_copy(update={"party": Party.EMPLOYER})
    conditions = ("cn.employer.location_only",)
    ask = TextAsk(notice="firm-notice", channel=Channel.SMS, locale="en", values=values, conditions=conditions)
    with pytest.raises(InputError, match="nothing may be told in writing to the party employer"):
        texts.message(ask, packs)


@given(st.sampled_from(list(Party)), st.booleans(), st.sampled_from(["full", "relay_only", "location_only", "none"]))
def test_only_who_surely_owes_may_ever_read_a_notice(party, verified, content):
    if choose("final-notice", party, verified, content) == "final-notice":
        assert (verified, content) == (True, "full")
        assert party in LIABLE
