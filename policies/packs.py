"""Rule packs: from the files of this package, or from files of the user."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.rules import Rules
from policies import packaged
from policies.faults import build
from policies.files import PACK_WORDS
from policies.pack_checks import faults_of, unquoted
from policies.rules_of import rules_of
from policies.source import Fault, Source, parse
from policies.stacks import contradictions, stack_of, usable

KIND, FOLDER = "rule pack", "rules"
OWN_SUFFIXES = (".yaml", ".yml")
"""By one of these a file of the user is told from a name."""


class Shelf:
    """Rule packs by id: those of this package, and on top those of the user's own texts, by label."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        self._own: dict[str, tuple[str, str]] = {}
        for label, text in (own or {}).items():
            name = _id_in(text, label)
            if name in self.own:
                raise InputError(f'{label}: the id "{name}" is taken by {self.own[name]}: give each pack its own')
            self._own[name] = (text, label)
        self._read: dict[str, Pack] = {}

    @property
    def own(self) -> dict[str, str]:
        """Ids of the user's own packs, each with the label of its text."""
        return {name: label for name, (_, label) in self._own.items() if name}

    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*packaged.names(FOLDER), *self.own}))

    def pack(self, name: str, above: tuple[str, ...] = ()) -> Pack:
        """The pack of this id; raises InputError when it is unknown, or naming every fault of its file."""
        if name not in self._read:
            text, label = self._own.get(name) or (packaged.text(FOLDER, name, KIND), packaged.label(FOLDER, name))
            self._read[name] = self.parse(text, label, above)
        return self._read[name]

    def parse(self, text: str, label: str, above: tuple[str, ...] = ()) -> Pack:
        """The pack of a text; raises InputError that names file, line and column of every fault."""
        source = parse(text, label)
        source.faults += [Fault(source.place_of(path), what) for path, what in unquoted(source.data)]
        # As JSON, because there strict types still take dates and names from text: true and "3" are no numbers.
        written = json.dumps(source.data)
        pack = build(lambda: Pack.model_validate_json(written, strict=True), source, PACK_WORDS)
        bases = self._bases(pack, source, above)
        source.faults += [Fault(source.place_of(path), what) for path, what in faults_of(pack, bases)]
        source.refuse()
        stack = stack_of([pack], self.pack)
        source.faults += [Fault(source.place_of(("pack", "extends")), what) for what in contradictions(stack)]
        source.refuse()
        return pack

    def stack(self, names: Sequence[str], on: date | None = None) -> tuple[Pack, ...]:
        """The named packs with all that they stand on, bases first; raises InputError when they cannot be used."""
        if not names:
            raise InputError(f"name a rule pack: there are {', '.join(self.names())}")
        return usable(stack_of([self.pack(name) for name in names], self.pack), on)

    def _bases(self, pack: Pack, source: Source, above: tuple[str, ...]) -> tuple[Pack, ...]:
        path = (*above, pack.id)
        direct: list[Pack] = []
        for i, base in enumerate(pack.pack.extends):
            place = source.place_of(("pack", "extends", i))
            if base in path:
                circle = " > ".join((*path[path.index(base) :], base))
                source.faults.append(Fault(place, f"the packs stand on each other in a circle: {circle}"))
            elif base not in self.names():
                source.faults.append(Fault(place, f'no rule pack "{base}": there are {", ".join(self.names())}'))
            else:
                direct.append(self.pack(base, path))
        # A circle leaves the stack without an end: it is refused before anything stands on it.
        source.refuse()
        return stack_of(direct, self.pack)


def _id_in(text: str, label: str) -> str:
    """The id that a text gives itself; empty when it gives none, which its own reading tells."""
    data = parse(text, label).data
    header = data.get("pack") if isinstance(data, dict) else None
    found = header.get("id") if isinstance(header, dict) else None
    return found if isinstance(found, str) else ""


HOUSE = Shelf()
"""The packs that come with this package."""


def shelf_of(folder: Path) -> Shelf:
    """Our packs and those of a folder of the user; raises InputError when one of them takes an id of ours."""
    files = sorted(file for file in folder.glob("*") if file.suffix in OWN_SUFFIXES)
    shelf = Shelf({str(file): packaged.user_text(file, KIND) for file in files})
    for name, label in shelf.own.items():
        if name in pack_names():
            raise InputError(f'{label}: "{name}" is a rule pack of ours: give yours an id of its own, and extend ours')
    return shelf


def pack_names() -> tuple[str, ...]:
    """The rule packs that come with this package."""
    return packaged.names(FOLDER)


def load_pack(name: str) -> Pack:
    """A rule pack of this package, alone; raises InputError for an unknown name."""
    return HOUSE.pack(name)


def load_stack(names: Sequence[str], on: date | None = None) -> tuple[Pack, ...]:
    """Packs with all that they stand on, bases first; raises InputError when they contradict each other or expired."""
    return _stack(tuple(names), on)


@cache
def _stack(names: tuple[str, ...], on: date | None) -> tuple[Pack, ...]:
    return HOUSE.stack(names, on)


@cache
def load_rules(name: str, on: date | None = None) -> Rules:
    """The rules of a pack of this package; raises InputError for an unknown name, or one that expired by ``on``."""
    return rules_of(load_stack((name,), on))


def parse_pack(text: str, label: str) -> Pack:
    """A pack of the user's own; raises InputError that names file, line and column of every fault."""
    return HOUSE.parse(text, label)


def parse_rules(text: str, label: str) -> Rules:
    """The rules of a pack of the user's own, with what it stands on; raises InputError as ``parse_pack`` does."""
    return rules_of(usable(stack_of([parse_pack(text, label)], HOUSE.pack)))
