"""What a customer's words say about further messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.wishes import Heard, heard

KEYWORDS = ("stop", "unsubscribe", "end", "quit", "cancel", "opt out", "退订", "T", "TD")
BLANKS_AND_SIGNS = st.text(" .,!?-_*#\n\t\"'()…。！？、“”’\u200b\ufeff", max_size=6)


@pytest.mark.parametrize(
    "text",
    [
        *("stop", "STOP", "  Stop!!", "S.T.O.P.", "s t o p", "“Stop”", "_stop_", "ＳＴＯＰ", "st\u200bop", "'stop'"),
        *("stop please", "Stop, I paid", "stop by tomorrow and I'll pay", "End of this", "STOP\nSent from my phone"),
        *("退订", "退 订", "【退订】", "退订，谢谢", "退订谢谢", "t", "T。", "Td", "td 谢谢", "Ｔ", "T退订"),
        *("opt out", "OPT-OUT", "optout", "Opt out of this"),
    ],
)
def test_a_keyword_as_the_whole_message_or_its_first_word_is_an_opt_out(text: str) -> None:
    assert heard(text, KEYWORDS) is Heard.OPT_OUT


@pytest.mark.parametrize(
    "text",
    ["please stop", "I want to cancel", "请退订", "我要退订", "回T", "no more: unsubscribe me", "let me opt out"],
)
def test_a_keyword_further_on_is_for_a_person_to_read(text: str) -> None:
    assert heard(text, KEYWORDS) is Heard.MENTION


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "…!?", "🙂", "I paid yesterday", "nonstop trouble", "stopped working", "weekend", "friend"),
        *("I can't pay", "I can’t pay", "don't call", "订单退了", "退款", "unstoppable", "opt in", "cancellation"),
    ],
)
def test_words_without_a_keyword_say_nothing_about_messages(text: str) -> None:
    assert heard(text, KEYWORDS) is Heard.NOTHING


def test_without_keywords_nothing_is_an_opt_out() -> None:
    assert heard("stop", ()) is Heard.NOTHING
    assert heard("", ("!", "")) is Heard.NOTHING


@given(
    st.sampled_from(KEYWORDS).flatmap(lambda word: st.tuples(*(st.sampled_from([c.lower(), c.upper()]) for c in word))),
    st.data(),
)
def test_letter_case_blanks_and_signs_change_nothing(letters: tuple[str, ...], data: st.DataObject) -> None:
    text = data.draw(BLANKS_AND_SIGNS) + "".join(sign + data.draw(BLANKS_AND_SIGNS) for sign in letters)
    assert heard(text, KEYWORDS) is Heard.OPT_OUT


@given(st.text(), st.lists(st.text(max_size=8), max_size=4))
def test_any_text_can_be_heard(text: str, keywords: list[str]) -> None:
    assert heard(text, keywords) in Heard
