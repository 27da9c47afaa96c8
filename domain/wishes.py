"""Wishes: whether a customer's own words ask for no more messages. The words themselves are kept nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum
from itertools import groupby

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = frozenset("'’ʼ`´")
"""Within a word they part nothing: "can't" does not hold the keyword T."""


class Heard(StrEnum):
    """What a customer's words say about further messages."""

    OPT_OUT = "opt_out"
    """The whole message, or its first word, is a keyword: no more messages."""
    MENTION = "mention"
    """A keyword stands further on: a person must read what is meant."""
    NOTHING = "nothing"
    """No keyword: the words are about something else."""


def heard(text: str, keywords: Collection[str]) -> Heard:
    """Whether the words are an opt-out, in any letter case and width, with any blanks and punctuation.

    A request not to use a medium binds in whatever form it is made (12 CFR 1006.14(h)), so that "stop by tomorrow
    and I'll pay" counts too: a message too few breaks no rule.
    """
    words, sought = _words(text), [found for keyword in keywords if (found := _words(keyword))]
    whole = "".join(words)
    if any(whole == "".join(keyword) or _at(words, 0, keyword) for keyword in sought):
        return Heard.OPT_OUT
    if any(_at(words, place, keyword) for place in range(1, len(words)) for keyword in sought):
        return Heard.MENTION
    return Heard.NOTHING


def _at(words: Sequence[str], place: int, keyword: Sequence[str]) -> bool:
    return list(words[place : place + len(keyword)]) == list(keyword)


def _words(text: str) -> list[str]:
    """The words of a text, alike however they were written."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(sign for sign in plain if sign not in _APOSTROPHES and unicodedata.category(sign) != "Cf")
    return [part for word in _WORD.findall(seen) for part in _parts(word)]


def _parts(word: str) -> list[str]:
    """Chinese is written without blanks: each of its characters stands alone, what lies between them together."""
    runs = ((alone, list(run)) for alone, run in groupby(word, _is_chinese))
    return [part for alone, run in runs for part in (run if alone else ["".join(run)])]


def _is_chinese(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith("CJK UNIFIED")
