"""What must not leave in a text, whoever wrote the template and whatever the values are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from domain.model.contact import Party
from domain.model.message import NoticeValues
from domain.model.pack import Pack
from domain.model.strategy import Channel
from domain.model.thanks import THANK_YOU
from domain.sms_length import segments
from policies.texts.choose import LIABLE, PLEASE_CALL, WITHOUT_DEBT
from policies.texts.claims import demands, removals
from policies.texts.clean import hidden_in, searchable
from policies.texts.marks import Marked
from policies.texts.profile import BankFile, phones_of
from policies.texts.replies import Kind, is_unheard
from policies.texts.tokens import TOKENS, WORDS_FOR_A_GUARANTOR, WORDS_OF_THE_BANK, not_known

MOST_SEGMENTS = 4
"""A longer text message is read by nobody."""
MOST_OF_A_SUBJECT = 120
_SHOWS_A_DEBT = {
    "en": ("past due", "unpaid", "due date", "minimum payment", "amount due", "instalment", "collections"),
    "zh": (
        *("欠", "逾期", "催", "还款", "債", "债", "账单", "应还", "金额", "贷后", "资产保全"),
        *("還款", "帳單", "賬單", "應還", "金額", "貸後", "資產保全"),
    ),
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
    def words(self) -> dict[str, str]:
        """The tokens that reach the reader, each with its words: with a call, only what the caller must say is sure."""
        parts = [part for name, part in self.parts.items() if self.channel is not Channel.CALL or name == "must_say"]
        return {token: "\n".join(part.words.get(token, "") for part in parts) for part in parts for token in part.words}

    @property
    def said(self) -> frozenset[str]:
        return frozenset(self.words)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a text; never a value."""

    what: str
    words: str = ""
    """Words of the template that show the place."""


def findings(draft: Draft, tokens: Collection[str], packs: Iterable[Pack], bank: BankFile) -> list[Finding]:
    """Everything that forbids a text to leave."""
    packs = tuple(packs)
    return [
        *_shape(draft),
        *_hidden(draft),
        *_tokens(draft, tokens, packs),
        *_words_of_others(draft, bank),
        *_banned(draft, packs),
        *_claims(draft),
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


def _hidden(draft: Draft) -> Iterator[Finding]:
    """Between its letters any word could pass every search."""
    if hidden_in(draft.whole):
        yield Finding("a sign in it shows nobody anything: formatting and private-use characters never leave")


def _tokens(draft: Draft, tokens: Collection[str], packs: Sequence[Pack]) -> Iterator[Finding]:
    used = frozenset().union(*(part.said for part in draft.parts.values()))
    for token in sorted(not_known(used, packs)):
        yield Finding(f'unknown token "{token}"', token)
    for token in sorted(set(tokens) - draft.said):
        yield Finding(f'the token "{token}" is required and not said: {TOKENS.get(token, "no text can say it")}')


def _words_of_others(draft: Draft, bank: BankFile) -> Iterator[Finding]:
    """A mark proves nothing about words that only the bank can say."""
    profile = bank.profile(draft.locale).model_dump()
    own = WORDS_OF_THE_BANK | (WORDS_FOR_A_GUARANTOR if draft.values.party is Party.GUARANTOR else {})
    for token, words in sorted(draft.words.items()):
        lines = [" ".join(profile[name].split()) for name in own.get(token, ()) if profile[name]]
        if lines and not any(line in " ".join(words.split()) for line in lines):
            names = " or ".join(own[token])
            yield Finding(f'the token "{token}" is not said in the words of the bank\'s file ({names})')


def promises(draft: Draft, packs: Sequence[Pack]) -> Iterator[Finding]:
    """What a text asks its reader to answer must be heard; of the bank's file the lint tells it where it stands."""
    kinds: dict[str, Kind] = {"opt_out": "keywords", "opt_in": "opt_in_keywords"}
    for token, kind in kinds.items():
        if token in draft.words and is_unheard(draft.words[token], packs, draft.channel, kind):
            yield Finding(f'the answer that its "{token}" asks for is one that the rules do not hear')


def _banned(draft: Draft, packs: Iterable[Pack]) -> Iterator[Finding]:
    language = draft.locale[:2]
    third = draft.values.party not in LIABLE or not draft.values.verified or draft.notice == PLEASE_CALL
    bans = [(pack, ban) for pack in packs for ban in pack.content_bans if ban.parties == "all" or third]
    words = [word for _, ban in bans for word in ban.lint.any_words.get(language, ())]
    found = set(found_words(draft.without_names, language, words))
    for pack, ban in bans:
        for word in ban.lint.any_words.get(language, ()):
            if word in found:
                yield Finding(f'"{word}" must not be said ({pack.id}.{ban.id})', word.partition("*")[0])


def _claims(draft: Draft) -> Iterator[Finding]:
    """What a bureau keeps is not the bank's to take away; and thanks ask for nothing."""
    language = draft.locale[:2]
    for words in removals(draft.without_names, language):
        yield Finding(f'"{words}" implies that a record at a credit bureau goes away', words)
    for words in demands(draft.without_names, language) if draft.notice == THANK_YOU else ():
        yield Finding(f'"{words}" asks or threatens, and thanks do neither', words)


def found_words(text: str, language: str, words: Sequence[str]) -> list[str]:
    """Which words stand in the text: Chinese wherever, others as whole words, in any case and across line ends.

    A word that ends in ``*`` stands for all that begin so. Nothing that the reader does not see parts a word.
    """
    plain = searchable(text)
    if language == "zh":
        joined = _joined(plain)
        return [word for word in words if _joined_word(word) in joined]
    folded = plain.translate(_ALIKE_IN_ANY_CASE).lower()
    return [word for word in words if _may_stand(word, folded) and _pattern(word).search(plain)]


_ALIKE = str.maketrans({"你": "您", "妳": "您", "的": None})
"""Chinese says the same with and without these."""


def _joined(text: str) -> str:
    return "".join(text.split()).casefold().translate(_ALIKE)


_joined_word = cache(_joined)
"""For the words of rules, which are few and come again and again; a customer's text is kept nowhere."""
_ALIKE_IN_ANY_CASE = str.maketrans("\u0130\u0131\u017f\u212a", "iisk")
"""All that a search in any case takes for a plain letter, besides its small and its capital form."""


def _may_stand(word: str, folded: str) -> bool:
    """Whether a pattern can find the word: false where a piece of it is nowhere, which is seen faster."""
    return all(piece in folded for piece in _plain_pieces(word))


@cache
def _plain_pieces(words: str) -> tuple[str, ...]:
    pieces = (word.rstrip("*").lower() for word in searchable(words).split())
    return tuple(piece for piece in pieces if piece.isascii())


@cache
def _pattern(words: str) -> re.Pattern[str]:
    pieces = (re.escape(word.rstrip("*")) + r"\w*" * word.endswith("*") for word in searchable(words).split())
    return re.compile(r"(?<!\w)" + r"[\s*-]+".join(pieces) + r"(?!\w)", re.IGNORECASE)


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
