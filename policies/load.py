"""Loading of strategies: from the files of this package, or from a file of the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path as File
from typing import Self, cast

from domain.model.contact import Actor
from domain.model.pack import Pack
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from policies import packaged
from policies.faults import build
from policies.files import STRATEGY_WORDS, StrategyFile
from policies.hours import hours_of, is_open_on_some_day, open_minutes
from policies.packs import HOUSE, OWN_SUFFIXES, Shelf, load_rules, shelf_of
from policies.rules_of import rules_of
from policies.source import Data, Fault, Path, Source, parse

FOLDER = "strategies"
OWN_PACKS = "rules"
"""Folder beside a strategy's file in which its own rule packs lie, each a YAML file."""


@dataclass(frozen=True)
class Policies:
    """The strategy and the rules that new cases are pinned to."""

    strategy: Strategy
    rules: Rules

    @classmethod
    def named(cls, strategy: str, on: date | None = None) -> Self:
        """The strategy of this name, or of this YAML file, and its rules; raises InputError when unknown or broken.

        The rules of a file may be a pack of the user's own, from the folder ``rules`` beside it. With a day also
        raises InputError when the rules no longer hold ``on`` it: no case is opened under them.
        """
        if not strategy.endswith(OWN_SUFFIXES):
            ours = load_strategy(strategy)
            return cls(ours, load_rules(ours.rules, on))
        shelf = shelf_of(File(strategy).parent / OWN_PACKS)
        own = _strategy(packaged.user_text(strategy, "strategy file"), strategy, shelf)
        return cls(own, rules_of(shelf.stack((own.rules,), on)))


def strategy_names() -> tuple[str, ...]:
    """The strategies that come with this package."""
    return packaged.names(FOLDER)


@cache
def load_strategy(name: str) -> Strategy:
    """A strategy of this package; raises InputError for an unknown name."""
    return _strategy(packaged.text(FOLDER, name, "strategy"), packaged.label(FOLDER, name), HOUSE)


def _strategy(text: str, label: str, shelf: Shelf) -> Strategy:
    source = parse(text, label)
    written = build(
        lambda: StrategyFile.model_validate(source.data),
        source,
        STRATEGY_WORDS,
        lambda path: path or _misplaced(source.data),
    )
    source.faults += _misfits(written, source, shelf)
    source.refuse()
    return written.strategy()


def _misfits(strategy: Strategy, source: Source, shelf: Shelf) -> list[Fault]:
    """Where the strategy does not fit the rule pack that it was made for."""
    if strategy.rules not in shelf.names():
        known = ", ".join(shelf.names())
        return [Fault(source.place_of(("rules",)), f'no rule pack "{strategy.rules}": there are {known}')]
    stack = shelf.stack((strategy.rules,))
    return [
        *_closed_hours(strategy, stack, source),
        *_legal_notices(strategy, stack, source),
        *_bureau_channels(strategy, stack, source),
        *_person_holds(strategy, stack, source),
    ]


def _closed_hours(strategy: Strategy, stack: Sequence[Pack], source: Source) -> list[Fault]:
    """Notices leave at an hour at which every channel of the ladder is open on some day."""
    minute = strategy.send_at.hour * 60 + strategy.send_at.minute
    for channel in dict.fromkeys(channel for _, channels in strategy.messages for channel in channels):
        minutes = open_minutes(stack, Actor.CREDITOR, channel)
        if not is_open_on_some_day(minutes, minute):
            hours = ", ".join(f"{_clock(opens)} to {_clock(closes)}" for opens, closes in hours_of(minutes))
            text = f"send_at: {_clock(minute)} is outside the hours of contact of {strategy.rules} ({hours})"
            return [Fault(source.place_of(("send_at",)), text)]
    return []


def _legal_notices(strategy: Strategy, stack: Sequence[Pack], source: Source) -> Iterator[Fault]:
    """Only a notice of the packs' own list leaves in spite of a hold, and only as its rule says that it may go."""
    rules = [(pack, notice) for pack in stack for notice in pack.notices]
    for i, step in enumerate(strategy.ladder):
        named = [(pack, notice) for pack, notice in rules if notice.id == step.legal_notice]
        if step.legal_notice is not None and not named:
            known = ", ".join(sorted({notice.id for _, notice in rules})) or "none"
            text = f'{strategy.rules} has no notice "{step.legal_notice}": its notices are {known}'
            yield Fault(source.place_of(("ladder", i, "legal_notice")), text)
        for pack, notice in named:
            for j, channel in enumerate(step.channels):
                if notice.delivery and channel not in notice.delivery:
                    ways = ", ".join(notice.delivery)
                    text = f"{pack.id}.{notice.id} may not go by {channel}: its channels are {ways}"
                    yield Fault(source.place_of(("ladder", i, "channels", j)), text)


def _bureau_channels(strategy: Strategy, stack: Sequence[Pack], source: Source) -> Iterator[Fault]:
    """The notice before a report goes as the packs say that it may go."""
    before = [(pack, each) for pack in stack for each in pack.notices if each.required_before == "furnish_negative"]
    for i, channel in enumerate(() if strategy.bureau is None else strategy.bureau.channels):
        for pack, notice in before:
            if notice.delivery and channel not in notice.delivery:
                ways = ", ".join(notice.delivery)
                text = f"{pack.id}.{notice.id} may not go by {channel}: its channels are {ways}"
                yield Fault(source.place_of(("bureau", "channels", i)), text)


def _person_holds(strategy: Strategy, stack: Sequence[Pack], source: Source) -> Iterator[Fault]:
    """What a cause lays on the person is a hold of the packs: one that no pack knows would stop all contact."""
    known = sorted({hold.id for pack in stack for hold in pack.holds})
    for cause, path in (strategy.causes or {}).items():
        if path.person is not None and path.person.hold not in known:
            text = f'{strategy.rules} has no hold "{path.person.hold}": its holds are {", ".join(known)}'
            yield Fault(source.place_of(("causes", cause.value, "person", "hold")), text)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _misplaced(data: Data) -> Path:
    """The step of the ladder that breaks its order, for a fault that only the whole strategy shows."""
    steps = cast("dict[str, list[dict[str, dict[str, str | int]]]]", data)["ladder"]
    ids = [step["id"] for step in steps]
    for i, step in enumerate(steps):
        if step["id"] in ids[:i]:
            return ("ladder", i, "id")
    if "after_previous" in steps[0]["due"].values():
        return ("ladder", 0, "due")
    most = 0
    for i, due in enumerate(step["due"] for step in steps):
        if "after_previous" not in due.values():
            if int(due["days"]) < most:
                return ("ladder", i, "due", "days")
            most = int(due["days"])
    return ("least_amount",)
