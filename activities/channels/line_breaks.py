"""Where lines end: Chinese between two signs, other writing at spaces; numbers and brackets stay whole (kinsoku)."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, takewhile

Measure = Callable[[str], float]
"""How wide a text is; the width of two parts is the sum of theirs."""
_NEVER_FIRST = frozenset("、。，．！？；：…—～·・％‰℃°々ー,.!?;:%")
"""Beside whatever closes a bracket or a quotation."""
_NEVER_LAST = frozenset("￥＄￡＃＠№$£¥€#@")
"""Beside whatever opens a bracket or a quotation."""
_UNITS = frozenset("年月日时時分元号號")
"""They stay with the number before them."""


def broken(text: str, width: float, measure: Measure) -> list[str]:
    """Lines of at most this width, those of the text kept; only what is longer than a line is torn inside."""
    return [line for given in text.split("\n") for line in _filled(_parts(given), width, measure)]


def widest(text: str, measure: Measure) -> float:
    """How wide its widest part is that must not be torn."""
    return max(measure(part.rstrip()) for given in text.split("\n") for part in _parts(given))


def _filled(parts: Iterable[str], width: float, measure: Measure) -> Iterator[str]:
    line = ""
    for part in parts:
        if line and measure((line + part).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += part
        while measure(line.rstrip()) > width:
            fits = _fitting(line, width, measure)
            yield line[:fits]
            line = line[fits:]
    yield line.rstrip()


def _fitting(line: str, width: float, measure: Measure) -> int:
    """How many signs from the start fit, at least one."""
    return max(1, sum(1 for _ in takewhile(lambda used: used <= width, accumulate(map(measure, line)))))


def _parts(text: str) -> Iterator[str]:
    """What must not be torn, each with the spaces after it."""
    start, before = 0, ""
    for place, sign in enumerate(text):
        if place and sign != " " and _may_break(before, sign, spaced=text[place - 1] == " "):
            yield text[start:place]
            start = place
        before = before if sign == " " else sign
    yield text[start:]


def _may_break(before: str, after: str, *, spaced: bool) -> bool:
    if _is_never_first(after) or _is_never_last(before):
        return False
    if before.isdecimal() and after in _UNITS:
        return False
    return spaced or _is_wide(before) or _is_wide(after)


def _is_never_first(sign: str) -> bool:
    return sign in _NEVER_FIRST or unicodedata.category(sign) in ("Pe", "Pf", "Mn", "Mc", "Me")


def _is_never_last(sign: str) -> bool:
    return sign in _NEVER_LAST or (sign != "" and unicodedata.category(sign) in ("Ps", "Pi"))


def _is_wide(sign: str) -> bool:
    return sign != "" and unicodedata.east_asian_width(sign) in "WF"
