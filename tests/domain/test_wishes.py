"""What a customer's words say about further messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.wishes import Heard, heard

KEYWORDS = ("stop", "unsubscribe", "end", "quit", "cancel", "opt out", "退订", "取消", "别再发", "T", "TD")
BACK = ("start", "opt in", "Y", "订阅")
BLANKS_AND_SIGNS = st.text(" .,!?-_*#\n\t\"'()…。！？、“”’\u200b\ufeff", max_size=6)


@pytest.mark.parametrize(
    "text",
    [
        *("stop", "STOP", "  Stop!!", "S.T.O.P.", "s t o p", "“Stop”", "_stop_", "ＳＴＯＰ", "st\u200bop", "'stop'"),
        *("stop please", "Stop, I paid", "stop by tomorrow and I'll pay", "STOP\nSent from my phone", "TD I paid"),
        *("退订", "退 订", "【退订】", "退订，谢谢", "退订谢谢", "t", "T。", "Td", "td 谢谢", "Ｔ", "T退订"),
        *("opt out", "OPT-OUT", "optout", "Opt out, I paid", "Quit calling this number"),
    ],
)
def test_a_keyword_as_the_whole_message_its_first_clause_or_its_first_word_is_an_opt_out(text: str) -> None:
    assert heard(text, KEYWORDS) is Heard.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        *("please stop", "Please stop texting me, thanks", "hi, unsubscribe me from all these emails", "stop stop"),
        *("请退订", "我要退订", "回T", "回复“TD”", "请取消短信提醒，谢谢", "别再发短信了", "退订你们的短信", "取消 TD"),
    ],
)
def test_a_keyword_among_words_that_change_nothing_is_an_opt_out(text: str) -> None:
    assert heard(text, KEYWORDS) is Heard.OPT_OUT


@pytest.mark.parametrize(
    "text",
    [
        *("I want to cancel", "no more: unsubscribe me", "let me opt out", "please don't stop", "I will not quit"),
        *("End of the month", "cancel my card", "stop at 8", "I paid at the end of May", "end it all", "T shirt"),
        *("取消分期可以吗", "我取消了订单", "不要取消", "怎么退订", "我已经还了，别再发了", "T恤", "收到取消通知"),
    ],
)
def test_a_keyword_among_other_words_is_for_a_person_to_read(text: str) -> None:
    assert heard(text, KEYWORDS, BACK) is Heard.MENTION


@pytest.mark.parametrize("text", ["START", "Start please", "y", "回复Y", "请订阅，谢谢", "opt in", "start texting me"])
def test_only_clear_words_ask_for_messages_again(text: str) -> None:
    assert heard(text, KEYWORDS, BACK) is Heard.OPT_IN
    assert heard(text, KEYWORDS) is Heard.NOTHING


@pytest.mark.parametrize("text", ["I start work on Monday", "Start of May I can pay", "不订阅", "Y区"])
def test_words_of_coming_back_among_others_are_for_a_person_to_read(text: str) -> None:
    assert heard(text, KEYWORDS, BACK) is Heard.MENTION


@pytest.mark.parametrize(
    ("text", "meant"),
    [("取消订阅", "opt_out"), ("stop start", "opt_out"), ("start, then stop", "mention"), ("Y 退订", "mention")],
)
def test_a_word_that_stops_counts_more_than_one_that_starts(text: str, meant: str) -> None:
    assert heard(text, KEYWORDS, BACK) == meant


def test_words_that_are_only_polite_ask_for_nothing() -> None:
    assert heard("please, all these messages", KEYWORDS, BACK) is Heard.NOTHING
    assert heard("谢谢你们的短信", KEYWORDS, BACK) is Heard.NOTHING


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
    assert heard(text, keywords, keywords) in Heard
