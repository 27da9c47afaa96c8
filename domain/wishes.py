"""Wishes: whether a customer's own words ask for no more messages, or for messages again. They are kept nowhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from enum import StrEnum
from itertools import groupby

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = frozenset("'’ʼ`´")
"""Within a word they part nothing: "can't" does not hold the keyword T."""
_ENDS_A_CLAUSE = re.compile(r"[\n.,;:!?。、]+")
"""In the normal form, in which wide and narrow signs are one."""
_POLITE = """
    please pls plz kindly thanks thank thx you hi hello dear ok now just again immediately asap
    请 請 麻烦 麻煩 烦请 煩請 谢谢 謝謝 多谢 多謝 感谢 感謝 您好 你好 您 你 我 我要 我想 我想要 我需要 要 想 想要 需要
    现在 現在 立即 马上 馬上 立刻 以后 以後 再 也 都 吧 啊 呢 哦 掉 一下
"""
_ABOUT_MESSAGES = """
    send sending text texts texting message messages messaging msg msgs sms email emails emailing mail mails
    reply replying with word me us to from by at the these those this all any your list lists
    回 回复 回覆 发 發 发送 發送 发来 發來 给 給 接收 短信 简讯 簡訊 短訊 信息 訊息 消息 邮件 郵件 电邮 電郵
    电子邮件 電子郵件 微信 提醒 通知 推送 订阅 訂閱 垃圾 你们 你們 贵行 貴行 银行 銀行 的 所有 全部 任何
    这些 這些 这类 這類 此类 此類 短信了 簡訊了 短訊了 信息了 訊息了 消息了 邮件了 郵件了 发了 發了 发送了 發送了
"""
"""Words that leave a keyword beside them as clear as it is alone. No negation is among them, nor "it"."""
_GOES_ON = frozenset({"of", "my", "the", "a", "an", "it", "from", "at", "on", "in", "until", "after", "before"})
"""After a keyword they go on about something else: "end of the month", "cancel my card", "stop at 8"."""


class Heard(StrEnum):
    """What a customer's words say about further messages."""

    OPT_OUT = "opt_out"
    """Clearly no more messages."""
    OPT_IN = "opt_in"
    """Clearly messages again."""
    MENTION = "mention"
    """A keyword stands among other words: a person must read what is meant."""
    NOTHING = "nothing"
    """No keyword: the words are about something else."""


def heard(text: str, keywords: Collection[str], opt_in_keywords: Collection[str] = ()) -> Heard:
    """What the words ask for, in any letter case and width, with any blanks and punctuation.

    A request not to use a medium binds in whatever form it is made (12 CFR 1006.14(h)), so that "stop by tomorrow
    and I'll pay" is an opt-out too: a message too few breaks no rule. To get messages again must be as clear as can be.
    """
    words, out, back = _words(text), _sought(keywords), _sought(opt_in_keywords)
    if _is_clear(words, out) or _is_clear(_first_clause(text), out) or _begins(words, out):
        return Heard.OPT_OUT
    if _mentions(words, out):
        return Heard.MENTION
    if _is_clear(words, back):
        return Heard.OPT_IN
    return Heard.MENTION if _mentions(words, back) else Heard.NOTHING


def _sought(keywords: Collection[str]) -> list[list[str]]:
    return [found for keyword in keywords if (found := _words(keyword))]


def _is_clear(words: Sequence[str], sought: Sequence[Sequence[str]]) -> bool:
    """Whether the words are a keyword, or keywords among nothing but what a request for silence is polite with."""
    whole = "".join(words)
    return any(whole == "".join(keyword) for keyword in sought) or _is_covered(words, sought)


def _is_covered(words: Sequence[str], sought: Sequence[Sequence[str]]) -> bool:
    """Whether the words part into keywords, at least one, and words that change nothing beside it."""
    reached = {0: False}
    """By place: whether a keyword stands before it."""
    for place in range(len(words)):
        if place in reached:
            for piece, is_keyword in [*((k, True) for k in sought), *((b, False) for b in _BESIDE)]:
                if _at(words, place, piece):
                    end = place + len(piece)
                    reached[end] = reached.get(end, False) or reached[place] or is_keyword
    return reached.get(len(words), False)


def _begins(words: Sequence[str], sought: Sequence[Sequence[str]]) -> bool:
    """Whether a keyword stands first, as words of their own; what is said behind it does not go on about another thing.

    A single letter, and a beginning in Chinese, which does not part its words, may be the beginning of anything.
    """
    return any(
        _at(words, 0, keyword)
        and len("".join(keyword)) > 1
        and not _is_chinese(keyword[-1][0])
        and words[len(keyword)] not in _GOES_ON
        for keyword in sought
        if len(keyword) < len(words)
    )


def _mentions(words: Sequence[str], sought: Sequence[Sequence[str]]) -> bool:
    return any(_at(words, place, keyword) for place in range(len(words)) for keyword in sought)


def _at(words: Sequence[str], place: int, keyword: Sequence[str]) -> bool:
    return list(words[place : place + len(keyword)]) == list(keyword)


def _first_clause(text: str) -> list[str]:
    """The words up to the first sign or line end behind them."""
    clauses = (_words(clause) for clause in _ENDS_A_CLAUSE.split(_normal(text)))
    return next((words for words in clauses if words), [])


def _words(text: str) -> list[str]:
    """The words of a text, alike however they were written."""
    seen = "".join(sign for sign in _normal(text) if sign not in _APOSTROPHES and unicodedata.category(sign) != "Cf")
    return [part for word in _WORD.findall(seen) for part in _parts(word)]


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _parts(word: str) -> list[str]:
    """Chinese is written without blanks: each of its characters stands alone, what lies between them together."""
    runs = ((alone, list(run)) for alone, run in groupby(word, _is_chinese))
    return [part for alone, run in runs for part in (run if alone else ["".join(run)])]


def _is_chinese(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith("CJK UNIFIED")


_BESIDE = _sought(_POLITE.split() + _ABOUT_MESSAGES.split())
