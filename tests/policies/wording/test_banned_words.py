"""Words that no text may say: found in every spelling, and nothing that only looks alike."""

import re
import string
import sys

import pytest

from policies import load_pack, pack_names
from policies.texts.lint import found_words
from tests.policies.wording.planting import refusal

BANS = [
    (f"{pack.id}.{ban.id}", locale, ban.parties, ban.lint.any_words[locale[:2]])
    for pack in (load_pack(name) for name in pack_names())
    for ban in pack.content_bans
    for locale in ("en", "zh-CN")
    if locale[:2] in ban.lint.any_words
]


@pytest.mark.parametrize(("rule", "locale", "parties", "words"), BANS)
def test_every_banned_word_of_every_pack_is_found(folder, rule, locale, parties, words):
    line = " x ".join(word.upper() for word in words)
    notice = "firm-notice" if parties == "all" else "please-call"
    told = refusal(folder, locale, line, (load_pack(rule.rpartition(".")[0]),), notice)
    assert [word for word in words if f'"{word}" must not be said ({rule})' not in told] == []


THREATS = {
    "en": [
        *("You will be arrested.", "You may be jailed.", "You risk imprisonment.", "Otherwise the police will come."),
        *("We will sue you.", "We may seize your home.", "Then we will tell your family.", "You are a deadbeat."),
        *("We are informing your neighbors.", "Ask friends for a loan.", "You could try borrowing from a friend."),
        *("There will be collection fees.", "You will be put on a blacklist."),
    ],
    "zh": [
        *(
            "我们将报警。",
            "您会被判刑。",
            "警察会来抓您。",
            "这是违法犯罪。",
            "您将被列入黑名单。",
            "我们将告知您的家人。",
        ),
        *(
            "我们会通知你家人。",
            "您可以向亲友借款。",
            "不还就上门。",
            "你是老賴。",
            "小心坐監。",
            "需另付催收費。",
            "我们将起诉你。",
        ),
    ],
}


@pytest.mark.parametrize(("language", "line"), [(language, line) for language in THREATS for line in THREATS[language]])
@pytest.mark.parametrize("hidden", ["", "\u200b", "\u00ad", "\ufe0f", "\u3164"])
def test_what_threatens_or_shames_is_found_even_with_signs_between_its_letters(packs, language, line, hidden):
    bans = [ban.lint.any_words.get(language, ()) for pack in packs for ban in pack.content_bans if ban.parties == "all"]
    assert any(found_words(hidden.join(line), language, words) for words in bans)


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("en", "Illness in your family can change a lot. You may send us a police report."),
        ("en", "Tell your bank what suits you; you need not borrow. A prize for none."),
        ("en", "Take your time at home. We seize no chance to press you."),
        ("zh-CN", "如家人生病，请告诉我们。您可以通过手机银行还款。"),
    ],
)
def test_kind_words_that_look_a_little_alike_leave(folder, packs, locale, line):
    assert refusal(folder, locale, line, packs) == ""


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u00ad", "\ue123"])
def test_a_sign_that_shows_nobody_anything_never_leaves(folder, packs, sign):
    assert "formatting and private-use characters never leave" in refusal(folder, "en", f"Thank{sign} you.", packs)


@pytest.mark.parametrize(
    ("text", "language", "words", "found"),
    [
        ("Arrested? No: ARREST.", "en", ("arrest",), ["arrest"]),
        ("restarted arrested", "en", ("arrest",), []),
        ("or\n else", "en", ("or else",), ["or else"]),
        ("we liaise", "en", ("liar", "lia"), []),
        ("请勿 套\n现。", "zh", ("套现",), ["套现"]),
        ("arrests, ARRESTED, arrest", "en", ("arrest*",), ["arrest*"]),
        ("rearrested", "en", ("arrest*",), []),
        ("borrowing quickly from", "en", ("borrow* from",), []),
        (
            "borrowing\nfrom, collection-fees",
            "en",
            ("borrow* from", "collection fee*"),
            ["borrow* from", "collection fee*"],
        ),
        ("ａｒｒｅｓｔ", "en", ("arrest",), ["arrest"]),
        ("告诉 妳 的 家人", "zh", ("告诉您的家人",), ["告诉您的家人"]),
        ("tell them all", "en", (), []),
    ],
)
def test_banned_words_are_whole_words_in_english_and_anywhere_in_chinese(text, language, words, found):
    assert found_words(text, language, words) == found


def test_whatever_a_search_in_any_case_takes_for_a_letter_hides_no_word():
    every_sign = "".join(map(chr, range(sys.maxunicode + 1)))
    for letter in string.ascii_lowercase:
        signs = re.findall(letter, every_sign, re.IGNORECASE)
        assert {letter, letter.upper()} <= set(signs)
        for sign in signs:
            assert found_words(f"say {sign}bout it", "en", (f"{letter}bout it",)) == [f"{letter}bout it"], sign
