"""What must not leave in a text, whoever wrote the template and whatever the values are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from domain.model.message import NoticeValues
from domain.model.pack import Pack
from domain.model.strategy import Channel
from domain.sms_length import segments
from policies.texts.choose import LIABLE, PLEASE_CALL, WITHOUT_DEBT
from policies.texts.marks import Marked
from policies.texts.profile import BankFile, phones_of
from policies.texts.tokens import TOKENS

MOST_SEGMENTS = 4
"""A longer text message is read by nobody."""
MOST_OF_A_SUBJECT = 120
_SHOWS_A_DEBT = {
    "en": ("past due", "unpaid", "due date", "minimum payment", "amount due", "instalment", "collections"),
    "zh": ("欠", "逾期", "催", "还款", "债", "账单", "应还", "金额", "贷后", "资产保全"),
}
"""Words that show a debt or a collection unit to whoever reads the message, whatever packs ban."""
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|\bwww\.)[^\s,;)\"\u0080-\U0010ffff]+|(?:[a-z0-9-]+\.)+[a-z]{2,}(?![a-z0-9-])",
    re.IGNORECASE | re.ASCII,
)
_HOST = re.compile(r"^(?:https://)?([a-z0-9.-]+)(?:[/?#].*)?$", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"\d(?:[ -]?\d){12,18}")


@dataclass(frozen=True)
class Draft:
    """A text before it is allowed to leave: which it is, for whom, and its parts."""

    notice: str
    channel: Channel
    locale: str
    values: NoticeValues
    parts: dict[str, Marked]

    @property
    def whole(self) -> str:
        return "\n".join(part.text for part in self.parts.values())

    @property
    def without_names(self) -> str:
        return "\n".join(part.without_names for part in self.parts.values())

    @property
    def said(self) -> frozenset[str]:
        """Tokens that reach the reader: with a call, only what the caller must say is sure to be said."""
        parts = [part for name, part in self.parts.items() if self.channel is not Channel.CALL or name == "must_say"]
        return frozenset().union(*(part.said for part in parts))


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a text; never a value."""

    what: str
    words: str = ""
    """Words of the template that show the place."""


def findings(draft: Draft, tokens: Collection[str], packs: Iterable[Pack], bank: BankFile) -> list[Finding]:
    """Everything that forbids a text to leave."""
    return [
        *_shape(draft),
        *_tokens(draft, tokens),
        *_banned(draft, packs),
        *_links(draft, bank),
        *_disclosing(draft, bank),
        *_card_numbers(draft),
    ]


def _shape(draft: Draft) -> Iterator[Finding]:
    subject, text = draft.parts.get("subject"), draft.parts.get("text")
    if not text or not text.text:
        yield Finding("it has no text")
    if draft.channel is Channel.EMAIL and not (subject and subject.text):
        yield Finding("an e-mail needs a subject")
    if subject and ("\n" in subject.text or len(subject.text) > MOST_OF_A_SUBJECT):
        yield Finding(f"the subject is not one line of at most {MOST_OF_A_SUBJECT} characters")
    if draft.channel is Channel.CALL and not draft.parts.get("must_say"):
        yield Finding("a call needs sentences that must be said")
    if draft.channel is Channel.SMS and text and segments(text.text) > MOST_SEGMENTS:
        yield Finding(f"the text message takes {segments(text.text)} segments: at most {MOST_SEGMENTS} are allowed")


def _tokens(draft: Draft, tokens: Collection[str]) -> Iterator[Finding]:
    used = frozenset().union(*(part.said for part in draft.parts.values()))
    for token in sorted(used - TOKENS.keys()):
        yield Finding(f'unknown token "{token}"', token)
    for token in sorted(set(tokens) - draft.said):
        yield Finding(f'the token "{token}" is required and not said: {TOKENS.get(token, "no text can say it")}')


def _banned(draft: Draft, packs: Iterable[Pack]) -> Iterator[Finding]:
    language = draft.locale[:2]
    text = draft.without_names
    third = draft.values.party not in LIABLE or not draft.values.verified or draft.notice == PLEASE_CALL
    for pack in packs:
        for ban in pack.content_bans:
            if ban.parties == "all" or third:
                for word in found_words(text, language, ban.lint.any_words.get(language, ())):
                    yield Finding(f'"{word}" must not be said ({pack.id}.{ban.id})', word)


def found_words(text: str, language: str, words: Sequence[str]) -> list[str]:
    """Which words stand in the text: Chinese wherever, others as whole words, in any case and across line ends."""
    if language == "zh":
        joined = "".join(text.split()).casefold()
        return [word for word in words if "".join(word.split()).casefold() in joined]
    spaced = " ".join(text.split())
    patterns = {word: r"\s+".join(re.escape(piece) for piece in word.split()) for word in words}
    return [word for word, pattern in patterns.items() if re.search(rf"(?<!\w){pattern}(?!\w)", spaced, re.IGNORECASE)]


def _links(draft: Draft, bank: BankFile) -> Iterator[Finding]:
    for link in _LINK.findall(draft.whole):
        host = _HOST.match(link.rstrip("."))
        if host is None or not bank.owns(host[1]):
            yield Finding("a link leads to a host that is not the bank's", link)


def _disclosing(draft: Draft, bank: BankFile) -> Iterator[Finding]:
    """Nothing that shows a debt goes where others may read it."""
    values = draft.values
    safe = values.verified and values.party in LIABLE
    if not safe and draft.notice not in WITHOUT_DEBT:
        yield Finding(f"whoever is not known for sure to owe gets {PLEASE_CALL}, and no notice about a debt")
    if safe and draft.notice != PLEASE_CALL:
        return
    text, language = draft.without_names, draft.locale[:2]
    for word in found_words(text, language, _SHOWS_A_DEBT.get(language, ())):
        yield Finding(f'"{word}" shows a debt to whoever reads this', word)
    for number in phones_of(bank.profile(draft.locale)):
        text = text.replace(number, "")
    if re.search(r"\d{3}|[\d.,]+\s*元|[$¥€£]|\b[A-Z]{3}\s?\d", text):
        yield Finding("digits of an amount or account show a debt to whoever reads this")


def _card_numbers(draft: Draft) -> Iterator[Finding]:
    if any(_is_luhn(re.sub(r"\D", "", run)) for run in _DIGITS.findall(draft.whole)):
        yield Finding("digits that look like a card number never leave")


def _is_luhn(digits: str) -> bool:
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0
