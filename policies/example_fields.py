"""The fields of a worked example, each read with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policies.source import Data, Fault, Path, Source

Member = TypeVar("Member", bound=StrEnum)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Reader:
    """Reads a parsed file and notes what is wrong in it."""

    source: Source

    def fault(self, path: Path, text: str, *, key: bool = False) -> None:
        self.source.faults.append(Fault(self.source.place_of(path, key=key), text))

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

    def fault(self, name: str, text: str, *, key: bool = False) -> None:
        self.reader.fault((*self.path, name), text, key=key)

    def only(self, known: Sequence[str]) -> Fields:
        for name in self.data:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f': did you mean "{near[0]}"?' if near else ": remove it"
                self.fault(name, f'unknown key "{name}"{hint}', key=True)
        return self

    def below(self, name: str) -> Fields:
        inner = self.data.get(name)
        if not isinstance(inner, dict):
            self.fault(name, f'"{name}" is missing')
        return Fields(self.reader, (*self.path, name), inner if isinstance(inner, dict) else {})

    def text(self, name: str, otherwise: str | None = None) -> str:
        value = self.data.get(name)
        if value is None:
            if otherwise is None:
                self.fault(name, f'"{name}" is missing')
            return otherwise or ""
        if isinstance(value, dict | list):
            self.fault(name, f"{name}: this must be a text")
        return str(value)

    def words(self, name: str) -> tuple[str, ...]:
        value = self.data.get(name)
        if value is None:
            return ()
        found = value if isinstance(value, list) else [value]
        return tuple(str(word) for word in found)

    def choice(self, name: str, known: Sequence[str], otherwise: str) -> str:
        value = self.text(name)
        if value in known:
            return value
        if value:
            self.fault(name, f'{name}: "{value}" is none of {", ".join(known)}')
        return otherwise

    def member(self, name: str, kind: type[Member], otherwise: Member | None = None) -> Member:
        if otherwise is not None and self.data.get(name) is None:
            return otherwise
        first = next(iter(kind))
        return kind(self.choice(name, [str(member) for member in kind], str(first)))

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

    def zones(self, name: str) -> tuple[str, ...]:
        found = self.words(name)
        for zone in found:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.fault(name, f'no time zone "{zone}": give an IANA name such as Asia/Taipei')
                return ()
        return found

    def is_utc(self, name: str) -> bool:
        return self.text(name, "").endswith("Z")

    def instant(self, name: str, zones: tuple[str, ...]) -> datetime:
        """An instant in UTC, from one in UTC or from the wall clock of the first zone."""
        value = self.text(name)
        try:
            at = datetime.fromisoformat(value)
            if at.tzinfo is None:
                at = at.replace(tzinfo=ZoneInfo(zones[0]))
            return at.astimezone(UTC)
        except (ValueError, IndexError, OverflowError):
            if value:
                self.fault(name, f'{name}: "{value}" is no time: write "2026-03-03T09:30", with Z for UTC')
            return _EPOCH
