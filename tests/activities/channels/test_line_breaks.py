"""Lines end where a reader of Chinese and of English expects it."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from activities.channels.line_breaks import broken, widest


def halves(text: str) -> float:
    """Chinese signs are two wide, all others one."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("请您致电400-000-0100咨询", 14, ["请您致电", "400-000-0100咨", "询"]),
        ("账户ACC-000123有欠款", 12, ["账户", "ACC-000123有", "欠款"]),
        ("应还1,234.56元整", 12, ["应还", "1,234.56元整"]),
        ("到期日2026年3月2日止", 10, ["到期日", "2026年3月", "2日止"]),
        ("请登录https://bank.example/pay还款", 26, ["请登录", "https://bank.example/pay还", "款"]),
    ],
    ids=["telephone", "account", "amount and unit", "date", "link"],
)
def test_numbers_and_latin_words_stay_whole_where_a_line_holds_them(text: str, width: int, lines: list[str]) -> None:
    assert broken(text, width, halves) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字字字（字字）字", ["字字字", "（字字）", "字"]),
        ("字字字“字字”字", ["字字字", "“字字”字"]),
        ("字字字《字字》字", ["字字字", "《字字》", "字"]),
        ("字字字( 字字", ["字字字", "( 字字"]),
        ("字字字￥5字", ["字字字", "￥5字"]),
    ],
)
def test_no_line_ends_with_what_opens(text: str, lines: list[str]) -> None:
    assert broken(text, 8, halves) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字字字字，字", ["字字字", "字，字"]),
        ("字字字字”。字", ["字字字", "字”。字"]),
        ("字字字字）字", ["字字字", "字）字"]),
        ("字字字字……字", ["字字字", "字……字"]),
        ("字字字50%字", ["字字字", "50%字"]),
        ("字字字字 。字", ["字字字", "字 。字"]),
    ],
)
def test_no_line_begins_with_what_closes(text: str, lines: list[str]) -> None:
    assert broken(text, 8, halves) == lines


def test_english_breaks_at_spaces_and_not_at_hyphens() -> None:
    assert broken("Call +86 400-000-0100, or write to us.", 14, halves) == [
        "Call +86",
        "400-000-0100,",
        "or write to",
        "us.",
    ]


def test_line_ends_of_the_text_stay_and_a_line_that_fits_is_left_alone() -> None:
    assert broken("one two\n\n三 四 ", 20, halves) == ["one two", "", "三 四"]


def test_what_is_longer_than_a_line_is_torn() -> None:
    assert broken("see abcdefghijkl now", 5, halves) == ["see", "abcde", "fghij", "kl", "now"]


def test_the_widest_part_is_what_would_be_torn_first() -> None:
    assert widest("字字字 abc-def, x\n12-34", halves) == len("abc-def,")


TEXTS = st.text(alphabet="字元年，。）（“”《》ab1 -/.,()…￥", max_size=60)


@given(text=TEXTS, width=st.integers(12, 30))
@example(text="（" * 20, width=12)
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    lines = broken(text, width, halves)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(halves(line) <= width for line in lines)


@given(text=st.lists(st.sampled_from(["字", "，", "）", "（", "“字", "12-34", "元", " "]), max_size=40).map("".join))
def test_only_a_run_that_is_too_long_leaves_an_opening_sign_last_or_a_closing_one_first(text: str) -> None:
    for line, following in pairwise(broken(text, 40, halves)):
        whole = halves(line) < 36  # a torn run fills its line
        assert not (whole and (line[-1] in "（“" or following[0] in "，）"))
