"""Worked examples of contact: what is on record, a question, and the answer that the packs must give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import PathLike

from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, ContactAsk, NextKind, Party, Place, Purpose, Record
from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.strategy import Channel
from policies import packaged
from policies.example_events import EVENT_KEYS, Setting, event_of
from policies.example_fields import Fields, Reader
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
        example = _example(fields, shelf)
        if example.id in seen:
            fields.fault("id", f'a second example "{example.id}": rename one')
        seen.add(example.id)
        if len(source.faults) == before:
            yield example


def _example(fields: Fields, shelf: Shelf) -> Example:
    fields.only(_KEYS)
    packs = fields.words("pack")
    if not packs:
        fields.fault("pack", '"pack" is missing: name one or several')
    for name in packs:
        if name not in shelf.names():
            fields.fault("pack", f'no rule pack "{name}": there are {", ".join(shelf.names())}')
    stack = _stack(fields, [name for name in packs if name in shelf.names()], shelf)
    zones = fields.zones("tz")
    ask, in_utc = _ask(fields, stack, zones)
    setting = Setting(stack, zones, ask)
    written = [] if fields.data.get("events") is None else fields.data["events"]
    events = fields.reader.list_of(written, (*fields.path, "events"), "events are a list")
    record = setting.record([event_of(event.only(EVENT_KEYS), setting) for event in events])
    return Example(
        id=fields.text("id"),
        packs=packs,
        ask=ask,
        record=record,
        expect=_ANSWERS[fields.choice("expect", tuple(_ANSWERS), "allow")],
        next=_next(fields, zones),
        why=fields.text("why", ""),
        source=fields.text("source", ""),
        basis=fields.text("basis", ""),
        in_utc=in_utc,
    )


def _stack(fields: Fields, packs: Sequence[str], shelf: Shelf) -> tuple[Pack, ...]:
    """The packs with what they stand on; those that cannot stand together are a fault."""
    try:
        return shelf.stack(packs or ["base"])
    except InputError as wrong:
        for line in str(wrong).splitlines():
            fields.fault("pack", line)
        return shelf.stack(["base"])


def _ask(fields: Fields, stack: Sequence[Pack], zones: tuple[str, ...]) -> tuple[ContactAsk, bool]:
    ask = fields.below("ask").only(_ASK_KEYS)
    actor_in = ask if "actor" in ask.data else fields
    actor = actor_in.member("actor", Actor, _actor_of(stack[-1]))
    collector = ask.text("collector", "") or fields.text("collector", "") or collector_of(actor)
    return ContactAsk(
        channel=ask.member("channel", Channel),
        at=ask.instant("at", zones),
        debts=ask.words("debts"),
        actor=actor,
        collector=collector,
        party=ask.member("party", Party, Party.DEBTOR),
        party_id=ask.text("party_id", "") or None,
        address=ask.text("number", "") or ask.text("address", "") or None,
        place=ask.member("place", Place, Place.HOME),
        purpose=ask.member("purpose", Purpose, Purpose.COLLECT),
        notice=ask.text("notice", "") or None,
    ), ask.is_utc("at")


def _next(fields: Fields, zones: tuple[str, ...]) -> NextKind | datetime | None:
    written = fields.text("next", "")
    if not written:
        return None
    return NextKind(written) if written in (NextKind.EVENT, NextKind.NEVER) else fields.instant("next", zones)


def _actor_of(top: Pack) -> Actor:
    """Who asks when the example does not say: an agency where the pack binds agencies."""
    bound = top.applies_to.actors
    return Actor.AGENCY if Actor.AGENCY in bound else bound[0]


def collector_of(actor: Actor) -> str:
    """The collector of an actor that has no name of its own."""
    return COLLECTOR_OF_THE_BANK if actor is Actor.CREDITOR else str(actor)
