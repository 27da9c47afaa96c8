"""What a sentence of the bank tells its reader to answer, and whether the rules would hear that answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal

from domain.model.pack import OptOut, Pack
from domain.model.strategy import Channel
from domain.wishes import Heard, heard
from policies.texts.clean import searchable

Kind = Literal["keywords", "opt_in_keywords"]
PROMISES: dict[str, tuple[Channel, Kind]] = {
    "opt_out_sms": (Channel.SMS, "keywords"),
    "opt_out_email": (Channel.EMAIL, "keywords"),
    "opt_in_sms": (Channel.SMS, "opt_in_keywords"),
    "opt_in_email": (Channel.EMAIL, "opt_in_keywords"),
}
"""The sentences of a bank's file that tell what to answer, each with where it is answered and which words count."""
_ASKS = re.compile(r"\b(?:reply|respond|answer|text|txt|send)\b|回复|回覆|回|发送|發送|发|發", re.IGNORECASE)
_LEADS_ON = re.compile(
    r"^(?:[\s:,\"'“”‘’「『(\[【]|\b(?:back|with|by|to|us|this|message|sms|e-?mail|the|a|an|word|words|just|saying)\b|"
    r"本|短信|邮件|郵件|信息|字母|字样)*",
    re.IGNORECASE,
)
"""What stands between "reply" and the word itself."""


def words_heard(packs: Iterable[Pack], channel: Channel, kind: Kind, language: str | None = None) -> list[str]:
    """The words that count on a channel, of one language or of all; none where no rule binds it that lists words."""
    rules = [rule for pack in packs for rule in pack.opt_outs]
    if not any(channel in rule.channels and rule.keywords for rule in rules):
        return []
    return [word for rule in rules for word in _listed(rule, kind, language)]


def _listed(rule: OptOut, kind: Kind, language: str | None) -> list[str]:
    by_language: dict[str, tuple[str, ...]] = getattr(rule, kind)
    return [word for spoken, words in by_language.items() if language in (None, spoken) for word in words]


def is_heard(sentence: str, words: Collection[str]) -> bool:
    """Whether the sentence tells the reader to answer with one of these words.

    Where it asks for an answer, the word must stand right there: "To stop, reply BYE" tells nobody to answer STOP.
    """
    plain = searchable(sentence)
    answers = [_LEADS_ON.sub("", plain[asked.end() :]) for asked in _ASKS.finditer(plain)]
    if not answers:
        return heard(plain, words) is not Heard.NOTHING
    return any(_begins(answer, word) for answer in answers for word in words)


def _begins(answer: str, word: str) -> bool:
    sought = searchable(word).casefold()
    behind = answer[len(sought) :][:1]
    return answer.casefold().startswith(sought) and not (behind.isascii() and behind.isalnum())


def is_unheard(sentence: str, packs: Iterable[Pack], channel: Channel, kind: Kind) -> bool:
    """Whether words count on this channel, and the sentence asks for none of them."""
    words = words_heard(packs, channel, kind)
    return bool(words) and not is_heard(sentence, words)
