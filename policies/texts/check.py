"""Every template of a folder, tried with sample values against the rules: what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from domain.model.bureau import BUREAU_NOTICE
from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.strategy import Channel, Strategy
from policies.texts.choose import PLEASE_CALL
from policies.texts.lint import findings
from policies.texts.profile import BankFile
from policies.texts.render import Texts
from policies.texts.replies import PROMISES, is_unheard, words_heard
from policies.texts.samples import samples
from policies.texts.templates import BrokenTemplate
from policies.texts.tokens import notice_items, required, unknown_tokens

CHANNELS = tuple(channel for channel in Channel if channel is not Channel.VISIT)
"""Channels with words that can be written beforehand."""


@dataclass(frozen=True)
class Missing:
    """A text that the ladder of a strategy needs."""

    notice: str
    channel: Channel
    locale: str
    strategy: str

    @property
    def file(self) -> str:
        return f"{self.locale}/{self.notice}.{self.channel}.txt"


def check(texts: Texts, packs: Sequence[Pack], strategies: Iterable[Strategy] = ()) -> list[str]:
    """One line ``file:line: what`` for every fault, each once."""
    missing_profiles = [locale for locale in texts.templates.locales if locale not in texts.bank.profiles]
    faults = [f"bank.yaml:1: no profile for the locale {locale}" for locale in missing_profiles]
    faults += [
        f'rules/{rule.rpartition(".")[0]}.yaml:1: the token "{token}" of {rule} is known to no text'
        for token, rule in unknown_tokens(packs).items()
    ]
    strategies = tuple(strategies)
    faults += _odd_names(texts)
    faults += _gaps(texts, strategies)
    faults += untrue(texts, packs, strategies)
    for locale in set(texts.templates.locales) - set(missing_profiles):
        for notice, channel in product(_notices(texts, [locale]), CHANNELS):
            faults += _faults(texts, packs, notice, channel, locale)
    return sorted(set(faults), key=_by_place)


def checked(texts: Texts, packs: Sequence[Pack], strategies: Iterable[Strategy] = ()) -> Texts:
    """The same texts; raises InputError with one line for each fault."""
    if faults := check(texts, packs, strategies):
        raise InputError("\n".join(faults))
    return texts


def untrue(texts: Texts, packs: Sequence[Pack], strategies: Iterable[Strategy] = ()) -> Iterator[str]:
    """What no text may claim: to be a notice of the law without its items, or that a word is heard that none hears."""
    yield from _unheard(texts.bank, packs)
    for strategy in strategies:
        for notice, legal, channels in _legal_notices(strategy, packs):
            for channel, locale in product(channels, texts.templates.locales):
                yield from _short_notice(texts, packs, (notice, legal), channel, locale)


def _legal_notices(strategy: Strategy, packs: Sequence[Pack]) -> Iterator[tuple[str, str, tuple[Channel, ...]]]:
    """Each text that gives a notice of the law, the notice that it gives, and its channels."""
    for step in strategy.ladder:
        if step.legal_notice is not None:
            yield step.notice, step.legal_notice, step.channels
    if strategy.bureau is not None:
        ids = {each.id for pack in packs for each in pack.notices if each.required_before == "furnish_negative"}
        yield from ((BUREAU_NOTICE, legal, strategy.bureau.channels) for legal in sorted(ids))


def _unheard(bank: BankFile, packs: Sequence[Pack]) -> Iterator[str]:
    for (locale, profile), (name, (channel, kind)) in product(bank.profiles.items(), PROMISES.items()):
        if is_unheard(getattr(profile, name), packs, channel, kind):
            words = ", ".join(words_heard(packs, channel, kind, locale[:2])[:6]) or "none in this language"
            yield f"{bank.place_of(locale, name)}: {name} asks for no answer that the rules hear; they hear {words}"


def _short_notice(
    texts: Texts, packs: Sequence[Pack], notices: tuple[str, str], channel: Channel, locale: str
) -> Iterator[str]:
    """A task to call gives nobody a notice, so its script needs none of the items."""
    notice, legal = notices
    file, items = texts.templates.find(notice, channel, locale), notice_items(packs, legal)
    if file is None or channel is Channel.CALL or locale not in texts.bank.profiles:
        return
    try:
        drafts = [texts.draft(notice, channel, locale, values)[1] for values, _ in samples(notice, locale)]
    except BrokenTemplate:
        return
    lacks = sorted(items - frozenset.intersection(*(draft.said for draft in drafts)))
    if lacks:
        what = f"the legal notice {legal} by {channel} must say and mark {', '.join(lacks)}"
        yield f"{file}:1: {what}: the bank writes the text of a notice of the law itself"


def _faults(texts: Texts, packs: Sequence[Pack], notice: str, channel: Channel, locale: str) -> Iterator[str]:
    file = texts.templates.find(notice, channel, locale)
    if file is None:
        return
    for values, unsaid in samples(notice, locale):
        try:
            _, draft = texts.draft(notice, channel, locale, values)
            texts.finished(draft)  # an e-mail's page is a template too
        except BrokenTemplate as broken:
            yield str(broken)
            return
        tokens = required(packs, notice, channel, values.party) - unsaid
        for finding in findings(draft, tokens, packs, texts.bank):
            place, line = texts.templates.line_of(file, finding.words) if finding.words else (file, 1)
            yield f"{place}:{line}: {finding.what}"


def missing(texts: Texts, strategies: Iterable[Strategy]) -> list[Missing]:
    """The texts that a ladder needs and that are not there, in each locale; only files' names are looked at."""
    locales = texts.templates.locales
    if not locales:
        raise InputError(f"there are no texts in {texts.templates.folder}")
    sent = [
        (notice, channel, strategy.name)
        for strategy in strategies
        for notice, channels in strategy.messages
        for channel in channels
    ]
    wanted = {(notice, channel): name for notice, channel, name in sent}
    # Whoever may not read of the debt gets this one instead, on the same channel.
    wanted |= {(PLEASE_CALL, channel): name for _, channel, name in sent}
    return [
        Missing(notice, channel, locale, strategy)
        for (notice, channel), strategy in wanted.items()
        for locale in locales
        if texts.templates.find(notice, channel, locale) is None
    ]


def _gaps(texts: Texts, strategies: Iterable[Strategy]) -> Iterator[str]:
    """Texts that a ladder needs, or that another locale has, and that are not there."""
    needed = missing(texts, strategies)
    yield from (f"{gap.file}:1: is missing: the ladder of {gap.strategy} needs it" for gap in needed)
    told = {(gap.notice, gap.channel) for gap in needed}
    locales = texts.templates.locales
    for notice, channel, locale in product(_notices(texts, locales), CHANNELS, locales):
        others = [other for other in locales if texts.templates.find(notice, channel, other)]
        if others and (notice, channel) not in told and texts.templates.find(notice, channel, locale) is None:
            yield f"{locale}/{notice}.{channel}.txt:1: is missing: the locale {others[0]} has it"


def _odd_names(texts: Texts) -> Iterator[str]:
    known = {channel.value for channel in CHANNELS}
    for locale in texts.templates.locales:
        for notice, channel in texts.templates.names(locale):
            if channel not in known:
                name = f"{notice}.{channel}" if notice else channel
                yield f'{locale}/{name}.txt:1: "{channel}" is no channel: name the file <notice>.<channel>.txt'


def _notices(texts: Texts, locales: Iterable[str]) -> list[str]:
    return sorted({notice for locale in locales for notice, _ in texts.templates.names(locale) if notice})


def _by_place(fault: str) -> tuple[str, int, str]:
    file, line, _ = (*fault.split(":", 2), "", "")[:3]
    return file, int(line) if line.isdigit() else 0, fault
