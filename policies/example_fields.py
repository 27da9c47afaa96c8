"""The fields of a worked example, each read with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.model.days import FIRST_DAY, out_of_range
from policies.source import Data, Fault, Path, Source

Member = TypeVar("Member", bound=StrEnum)
UNREAD = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
"""Stands for an instant that is not there, or could not be read."""
_MOST_NAMES = 10
"""More names than that help nobody who misspelt one."""


@dataclass(frozen=True)
class Reader:
    """Reads a parsed file and notes what is wrong in it."""

    source: Source

    def fault(self, path: Path, text: str, *, key: bool = False) -> None:
        """Notes a fault; what could not be read at all is one already, and whatever follows from it is none."""
        if key or not self.is_unreadable(path):
            self.source.faults.append(Fault(self.source.place_of(path, key=key), text))

    def is_unreadable(self, path: Path) -> bool:
        return self.source.place_of(path) in self.source.unreadable

    def list_of(self, data: Data, path: Path, otherwise: str) -> Iterator[Fields]:
        """The mappings of a list; anything else is a fault."""
        if not isinstance(data, list):
            self.fault(path, otherwise)
            return
        for i, item in enumerate(data):
            if isinstance(item, dict):
                yield Fields(self, (*path, i), item)
            else:
                self.fault((*path, i), "this must be a mapping of keys and values")


@dataclass(frozen=True)
class Fields:
    """One mapping of the file; a field that cannot be read is noted and replaced, so that every fault is told."""

    reader: Reader
    path: Path
    data: dict[str, Data] = field(default_factory=dict)
    misspelt: set[str] = field(default_factory=set)
    """Keys that unknown ones were meant to be: they are not missing besides."""

    def fault(self, name: str, text: str, *, key: bool = False) -> None:
        self.reader.fault((*self.path, name), text, key=key)

    def only(self, known: Sequence[str]) -> Fields:
        for name in self.data:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                self.misspelt.update(near)
                hint = f': did you mean "{near[0]}"?' if near else ": remove it"
                self.fault(name, f'unknown key "{name}"{hint}', key=True)
        return self

    def below(self, name: str) -> Fields | None:
        inner = self.data.get(name)
        if isinstance(inner, dict):
            return Fields(self.reader, (*self.path, name), inner)
        self.missing(name)
        return None

    def missing(self, name: str, what: str = "") -> None:
        if name not in self.misspelt:
            self.fault(name, f'"{name}" is missing{what}')

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self.data.get(name)
        if value is None:
            if otherwise is None:
                self.missing(name)
            return otherwise or ""
        if isinstance(value, dict | list):
            self.fault(name, f"{name}: this must be a text")
            return ""
        return str(value)

    def words(self, name: str) -> tuple[str, ...]:
        """Of a list, or of a value that stands for a list of one; those that could not be read are left out."""
        value = self.data.get(name)
        if isinstance(value, list):
            return tuple(word for i, item in enumerate(value) for word in self._word((name, i), item))
        return () if value is None else self._word((name,), value)

    def _word(self, path: Path, value: Data) -> tuple[str, ...]:
        if value is None or isinstance(value, dict | list):
            self.reader.fault((*self.path, *path), f"{path[0]}: this must be a text")
            return ()
        return () if self.reader.is_unreadable((*self.path, *path)) else (str(value),)

    def names_none(self, name: str) -> bool:
        """Whether the field is left out, or an empty list; one that could not be read is neither."""
        return self.data.get(name) in (None, [])

    def choice(self, name: str, known: Sequence[str]) -> str | None:
        """One of the known words; None, and a fault, for anything else."""
        value = self.text(name)
        if value in known:
            return value
        if value:
            meant = did_you_mean(value, known)
            instead = f"not known: {meant}" if meant else f"none of {some_of(known)}"
            self.fault(name, f'{name}: "{value}" is {instead}')
        return None

    def member(self, name: str, kind: type[Member], otherwise: Member | None = None) -> Member:
        if otherwise is not None and self.data.get(name) is None:
            return otherwise
        return kind(self.choice(name, [str(member) for member in kind]) or next(iter(kind)))

    def named(self, name: str, known: Collection[str], what: str) -> str:
        """The name of something that the packs of the example must know: misspelt, it would say nothing at all."""
        value = self.text(name)
        if value and value not in known:
            self.fault(
                name, f'{name}: no pack of this example knows the {what} "{value}": {unknown(value, sorted(known))}'
            )
        return value

    def count(self, name: str) -> int | None:
        value = self.data.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value if isinstance(value, int) else None
        self.fault(name, f"{name}: this must be a whole number above 0")
        return None

    def minutes(self, *names: str) -> int | None:
        """Minutes after midnight of a time of day, under one of these keys."""
        name = next((name for name in names if name in self.data), names[0])
        value = self.text(name)
        if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", value):
            return int(value[:2]) * 60 + int(value[3:])
        if value:
            self.fault(name, f'"{value}" is no time of day: write hours and minutes, as "09:30"')
        return None

    def zone(self, name: str, zone: str) -> bool:
        """Whether there is such a zone; a fault when there is none."""
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fault(name, f'no time zone "{zone}": give an IANA name such as Asia/Taipei')
            return False
        return True

    def is_utc(self, name: str) -> bool:
        return self.text(name, "").endswith("Z")

    def instant(self, name: str, wall: Wall) -> datetime:
        """An instant in UTC, from UTC or the wall clock of the example; UNREAD, and a fault, for any other."""
        value = self.text(name)
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            if value:
                self.fault(name, f'{name}: "{value}" is no time: write "2026-03-03T09:30", with Z for UTC')
            return UNREAD
        if why := out_of_range(at.date()):
            self.fault(name, f"{name}: {why}")
            return UNREAD
        return (at if at.tzinfo is not None else at.replace(tzinfo=wall.zone())).astimezone(UTC)


@dataclass(frozen=True)
class Wall:
    """The wall clock of an example: that of the first of its zones."""

    example: Fields
    zones: tuple[str, ...]
    """Those that were named and exist."""

    @classmethod
    def of(cls, example: Fields) -> Wall:
        return cls(example, tuple(zone for zone in example.words("tz") if example.zone("tz", zone)))

    def zone(self) -> ZoneInfo:
        """Of times without a zone of their own; a fault where none was named."""
        if self.zones:
            return ZoneInfo(self.zones[0])
        if self.example.names_none("tz"):
            self.example.missing("tz", ": times without Z are on the wall clock of its first zone")
        return ZoneInfo("UTC")


def some_of(known: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(known) - _MOST_NAMES
    return ", ".join(known[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The names that are near to the word; empty when none is."""
    near = get_close_matches(word, known, n=3)
    return "did you mean " + " or ".join(f'"{name}"' for name in near) + "?" if near else ""


def unknown(word: str, known: Sequence[str]) -> str:
    """What to write in the stead of a name that is none of the known ones."""
    are = "are" if len(known) > 1 else "is"
    return did_you_mean(word, known) or f"there {are} {some_of(known) or 'none'}"
