"""The words of this bank: its texts, and whether a strategy finds in them all that it wants and may say."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

from domain.model.errors import InputError
from domain.model.strategy import Channel, Strategy
from policies import Policies
from policies.texts import OPT_OUT_CONFIRMATION, PLEASE_CALL, Texts, check, load_bank, missing, texts_of
from policies.texts.templates import Templates
from starter.settings import Settings


@dataclass(frozen=True)
class _Reached(Templates):
    """The templates that one ladder reaches: a folder may hold those of other strategies, under other rules."""

    reached: frozenset[tuple[str, Channel]]

    def find(self, notice: str, channel: Channel, locale: str) -> str | None:
        """The file for a notice on a channel; None also for what the ladder does not reach."""
        return super().find(notice, channel, locale) if (notice, channel) in self.reached else None


def texts_for(settings: Settings) -> Texts:
    """The texts and the profile that the settings name; raises InputError for a broken file, and when there are none in
    the language of persons of whom none is known."""
    texts = texts_of(settings.wording, None if settings.bank_file is None else load_bank(settings.bank_file))
    known = texts.templates.locales
    if not known:
        raise InputError(f"there are no texts in {texts.templates.folder}")
    if settings.locale not in known:
        raise InputError(f"DUECOURSE_LOCALE: no texts in {settings.locale}: there are {', '.join(known)}")
    return texts


def check_words(policies: Policies, settings: Settings) -> None:
    """Raise InputError when a notice of the ladder has no text for one of its channels in a language of the bank, or
    when a text that the ladder reaches breaks the strategy's rules, with the first of what is wrong."""
    texts, strategy = texts_for(settings), policies.strategy
    _refuse_gaps(strategy, texts)
    reached = _Reached(texts.templates.folder, _said_by(strategy))
    faults = check(replace(texts, templates=reached), policies.rules.packs, [strategy])
    if faults:
        raise InputError(f"{faults[0]}{_besides(len(faults), ';')}: `{_lint(settings)}`")


def _refuse_gaps(strategy: Strategy, texts: Texts) -> None:
    gaps = missing(texts, [strategy])
    if gaps:
        first = gaps[0]
        raise InputError(
            f"strategy {strategy.name}: no text for the notice {first.notice} by {first.channel} in {first.locale}: "
            f"{first.file} is missing in {texts.templates.folder}{_besides(len(gaps), ',')}"
        )


def _said_by(strategy: Strategy) -> frozenset[tuple[str, Channel]]:
    """Every notice on every channel that a case of this strategy may send."""
    steps = {(notice, channel) for notice, channels in strategy.messages for channel in channels}
    instead = {(PLEASE_CALL, channel) for _, channel in steps}
    return frozenset(steps | instead | {(OPT_OUT_CONFIRMATION, channel) for channel in Channel})


def _besides(found: int, sign: str) -> str:
    return f"{sign} and {found - 1} more" if found > 1 else ""


def _lint(settings: Settings) -> str:
    """The command that tells all that is wrong."""
    named = {"--strategy": settings.strategy, "--wording": settings.wording, "--bank": settings.bank_file}
    options = [part for name, value in named.items() if value is not None for part in (name, str(value))]
    return shlex.join(["duecourse", "wording", "lint", *options])
