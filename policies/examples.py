"""Worked examples of contact: what is on record, a question, and the answer that the packs must give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import PathLike

from domain.model.contact import (
    Actor,
    ContactAsk,
    NextKind,
    Party,
    PastContact,
    PastFact,
    Place,
    Purpose,
    Record,
)
from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.strategy import Channel
from policies import packaged
from policies.example_events import EVENT_KEYS, Setting, address_of, collector_of, event_of
from policies.example_fields import Fields, Reader, Wall, unknown
from policies.example_names import Names
from policies.packs import Shelf
from policies.source import Source, parse

KIND, FOLDER = "examples file", "examples"
_ANSWERS = {"allow": True, "deny": False}
_KEYS = ("id", "pack", "basis", "source", "tz", "events", "actor", "collector", "ask", "expect", "next", "why")
_ASK_KEYS = (
    *("at", "channel", "party", "party_id", "debts", "number", "address"),
    *("actor", "collector", "place", "purpose", "notice"),
)


@dataclass(frozen=True)
class Example:
    """One worked example; the answer it expects, and what its times are written in."""

    id: str
    packs: tuple[str, ...]
    ask: ContactAsk
    record: Record
    expect: bool
    """Whether the contact is allowed."""
    next: NextKind | datetime | None
    """What lifts the refusal; None: the example does not say, or nothing is refused."""
    why: str
    source: str
    basis: str
    in_utc: bool
    """The question was asked in UTC, and so is the answer written; else on the wall clock of the first zone."""


def packaged_examples(shelf: Shelf | None = None) -> tuple[Example, ...]:
    """The worked examples that come with this package."""
    read = [
        parse_examples(packaged.text(FOLDER, name, KIND), packaged.label(FOLDER, name), shelf)
        for name in packaged.names(FOLDER)
    ]
    return tuple(example for file in read for example in file)


def load_examples(path: PathLike[str] | str, shelf: Shelf | None = None) -> tuple[Example, ...]:
    """The worked examples of a file; raises InputError that names file, line and column of every fault."""
    return parse_examples(packaged.user_text(path, KIND), str(path), shelf)


def parse_examples(text: str, label: str, shelf: Shelf | None = None) -> tuple[Example, ...]:
    """The worked examples of a text; raises InputError that names file, line and column of every fault."""
    source = parse(text, label)
    found = tuple(_examples(source, shelf or Shelf()))
    source.refuse()
    return found


def _examples(source: Source, shelf: Shelf) -> Iterator[Example]:
    reader = Reader(source)
    seen: set[str] = set()
    for fields in reader.list_of(source.data, (), "an examples file is a list of examples"):
        before = len(source.faults)
        name = fields.only(_KEYS).text("id")
        if name and name in seen:
            fields.fault("id", f'a second example "{name}": rename one')
        seen.add(name)
        example = _example(fields, name, shelf)
        if example is not None and len(source.faults) == before:
            yield example


def _example(fields: Fields, name: str, shelf: Shelf) -> Example | None:
    """None when what all else rests on is not there: the packs, or the question."""
    wall, expect = Wall.of(fields), fields.choice("expect", tuple(_ANSWERS))
    stack, asked = _stack(fields, shelf), fields.below("ask")
    next_ = _next(fields, wall)
    if not stack or asked is None:
        return None
    names = Names(stack, shelf)
    setting = Setting(names, wall, _ask(asked.only(_ASK_KEYS), fields, names, wall))
    return Example(
        id=name,
        packs=fields.words("pack"),
        ask=setting.ask,
        record=setting.record(_events(fields, setting)),
        expect=_ANSWERS.get(expect or "", False),
        next=next_,
        why=fields.text("why", ""),
        source=fields.text("source", ""),
        basis=fields.text("basis", ""),
        in_utc=asked.is_utc("at"),
    )


def _events(fields: Fields, setting: Setting) -> list[PastContact | PastFact]:
    written = [] if fields.data.get("events") is None else fields.data["events"]
    events = fields.reader.list_of(written, (*fields.path, "events"), "events are a list")
    found = [event_of(event.only(EVENT_KEYS), setting) for event in events]
    return [event for event in found if event is not None]


def _stack(fields: Fields, shelf: Shelf) -> tuple[Pack, ...]:
    """The packs with what they stand on; none when one is not known, or they cannot stand together."""
    names = fields.words("pack")
    if fields.names_none("pack"):
        fields.missing("pack", ": name one or several")
    strange = [name for name in names if name not in shelf.names()]
    for name in strange:
        fields.fault("pack", f'no rule pack "{name}": {unknown(name, shelf.names())}')
    if strange or not names:
        return ()
    try:
        return shelf.stack(names)
    except InputError as wrong:
        for line in str(wrong).splitlines():
            fields.fault("pack", line)
        return ()


def _ask(ask: Fields, example: Fields, names: Names, wall: Wall) -> ContactAsk:
    actor_in = ask if "actor" in ask.data else example
    actor = actor_in.member("actor", Actor, _who_asks(names.stack))
    return ContactAsk(
        channel=ask.member("channel", Channel),
        at=ask.instant("at", wall),
        debts=ask.words("debts"),
        actor=actor,
        collector=ask.text("collector", "") or example.text("collector", "") or collector_of(actor),
        party=ask.member("party", Party, Party.DEBTOR),
        party_id=ask.text("party_id", "") or None,
        address=address_of(ask),
        place=ask.member("place", Place, Place.HOME),
        purpose=ask.member("purpose", Purpose, Purpose.COLLECT),
        notice=None if ask.data.get("notice") is None else ask.named("notice", names.notices, "notice"),
    )


def _next(fields: Fields, wall: Wall) -> NextKind | datetime | None:
    written = fields.text("next", "")
    if not written:
        return None
    return NextKind(written) if written in (NextKind.EVENT, NextKind.NEVER) else fields.instant("next", wall)


def _who_asks(stack: Sequence[Pack]) -> Actor:
    """Who asks when the example does not say: the first actor whom all of its packs bind, so that each is asked."""
    bound = stack[-1].applies_to.actors
    by_all = [actor for actor in Actor if all(actor in pack.applies_to.actors for pack in stack)]
    usual = Actor.AGENCY if Actor.AGENCY in bound else bound[0]
    return by_all[0] if by_all else usual
