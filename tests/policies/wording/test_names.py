"""Values from outside are harmless: no name changes a text, hides in it, or becomes a command."""

import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.errors import InputError
from domain.model.strategy import Channel
from domain.sms_length import segments
from policies.texts import sample
from policies.texts.clean import MOST_OF_A_NAME, clean_name, clean_reference
from policies.texts.lint import MOST_SEGMENTS

NASTY = [
    "{{7*7}}",
    "{% include 'bank.yaml' %}",
    "{{ bank.phone.__class__ }}",
    "Anna\r\nBcc: all@evil.example",
    "Anna\u202eelpmaxE",
    "An\u200bna\u2060 Ex\ufeffample",
    "Anna\x00\x07\x1b[31m",
    "\ue000balance\ue001\ue002Anna",
    "<script>alert(1)</script>",
    "visit evil.example now",
    "https://evil.example/pay",
    "Anna 4111 1111 1111 1111",
    "a" * 10_000,
    "a\u0301" * 10_000,
    "\u202e\u200b\r\n",
    "",
]


def rendered(texts, name, channel=Channel.EMAIL, locale="en"):
    values = sample("firm-notice", locale).model_copy(update={"customer_name": name})
    return texts.render("firm-notice", channel, locale, values)


@pytest.mark.parametrize(("name", "channel"), list(product(NASTY, [Channel.EMAIL, Channel.SMS, Channel.CALL])))
def test_no_nasty_name_keeps_a_text_from_leaving_or_harms_it(texts, name, channel):
    text = rendered(texts, name, channel)
    whole = "\n".join((text.subject or "", text.text, *text.must_say))
    assert not {sign for sign in whole if unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs")} - {"\n"}
    assert "49" not in whole
    assert "{" not in whole
    assert "evil.example" not in whole
    assert "4111" not in whole
    assert "<script" not in (text.html or "")


@given(name=st.text(max_size=200))
def test_any_name_leaves_the_same_number_of_lines(texts, name):
    assert rendered(texts, name).text.count("\n") == rendered(texts, None).text.count("\n")


@given(name=st.text(max_size=300))
def test_a_cleaned_name_is_short_visible_and_stays_as_it_is(name):
    cleaned = clean_name(name)
    if cleaned is not None:
        assert 0 < len(cleaned) <= MOST_OF_A_NAME
        assert cleaned == clean_name(cleaned)
        assert all(unicodedata.category(sign)[0] in "LMPSZ" for sign in cleaned)
        assert not set("\u3164\uffa0\ufe0f\u034f") & set(cleaned)


@given(reference=st.text(max_size=300))
def test_a_cleaned_reference_is_plain(reference):
    cleaned = clean_reference(reference)
    assert cleaned.isascii()
    assert not set(cleaned) & set("{}<>%.:@ \r\n")


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("An\ufe0fna \U000e0101Example\ufe00", "Anna Example"),
        ("\u3164Anna\u3164 \uffa0\u115f", "Anna"),
        ("\u3164\u3164", None),
        ("a" + "\u0316" * 30 + "b", "a\u0316\u0316b"),
        ("Z" + "\u0335\u0301\u0316\u0308" * 12 + "oe", "\u0179\u0335\u0335oe"),
        ("\u0301Anna", "Anna"),
        ("Anna -\u0301 Bo", "Anna - Bo"),
        ("a1\u0301", "\u00e1"),
        ("Nguy\u1ec5n Th\u1ecb", "Nguy\u1ec5n Th\u1ecb"),
        ("\u0e19\u0e35\u0e49", "\u0e19\u0e35\u0e49"),
        ("Anna Smith\u2013Jones \u2014 Bo\u2011Lee", "Anna Smith-Jones - Bo-Lee"),
        ("St.John", "St. John"),
        ("Anna " * 11 + "Konstantinopolitanska", " ".join(["Anna"] * 11)),
        ("Anna " * 11 + "Maria Bo", " ".join(["Anna"] * 11) + " Maria"),
    ],
)
def test_a_name_is_what_people_can_see_and_read_of_it(name, cleaned):
    assert clean_name(name) == cleaned


@pytest.mark.parametrize(
    "name",
    [
        "王小明",
        "Anna-Lena O'Brien",
        "José Ñúñez",
        "Мария Иванова",
        "Rajesh s/o Kumar",
        "J. R. Smith",
        "J.-P. Dupont",
        "Bob Smith Jr., Esq.",
        "阿卜杜拉·买买提",
    ],
)
def test_a_real_name_stays_as_it_is(name):
    assert clean_name(name) == name


def test_a_name_may_be_a_word_that_no_text_may_say(texts, packs):
    values = sample("firm-notice", "en").model_copy(update={"customer_name": "Marshal Crook"})
    text = texts.render("firm-notice", Channel.EMAIL, "en", values, (), packs).text
    assert "Dear Marshal Crook," in text


@pytest.mark.parametrize("name", ["王小明" * 20, "Ω" * 60, "é" * 60])
def test_a_name_that_makes_a_text_message_too_long_is_left_out(texts, name):
    text = rendered(texts, name, Channel.SMS).text
    assert segments(text) <= MOST_SEGMENTS


def test_the_reference_of_an_account_is_never_a_card_number(texts):
    values = sample("firm-notice", "en").model_copy(update={"account_ref": "4111-1111-1111-1111"})
    with pytest.raises(InputError, match="look like a card number") as refused:
        texts.render("firm-notice", Channel.EMAIL, "en", values)
    assert "4111" not in str(refused.value)
