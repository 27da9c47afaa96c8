"""The hours of a week that the windows of a stack leave open, as one bit for each minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from domain.model.contact import Actor, Party, Place
from domain.model.pack import MINUTES_OF_DAY, Effect, Pack, Window
from domain.model.strategy import Channel

_DAYS = range(1, 8)
_ALL = (1 << (7 * MINUTES_OF_DAY)) - 1


def open_minutes(stack: Iterable[Pack], actor: Actor, channel: Channel, party: Party = Party.DEBTOR) -> int:
    """Bit n: minute n of the week (from Monday, 00:00) is open in all windows that refuse; requests left aside."""
    left = _ALL
    for pack in stack:
        if actor in pack.applies_to.actors:
            for pieces in _by_id(pack, channel, party).values():
                left &= _union(pieces)
    return left


def hours_of(minutes: int) -> tuple[tuple[int, int], ...]:
    """The stretches of the first day that has any, as minutes after midnight, the second one exclusive."""
    for day in _DAYS:
        if found := tuple(_stretches(_of_day(minutes, day))):
            return found
    return ()


def is_open_on_some_day(minutes: int, minute: int) -> bool:
    return any(_of_day(minutes, day) >> minute & 1 for day in _DAYS)


def _by_id(pack: Pack, channel: Channel, party: Party) -> dict[str, list[Window]]:
    found: dict[str, list[Window]] = {}
    for window in pack.windows:
        fits = channel in window.channels and party in window.parties and window.place in (None, Place.HOME)
        if fits and window.effect is not Effect.WARN:
            found.setdefault(window.id, []).append(window)
    return found


def _union(pieces: Sequence[Window]) -> int:
    union = 0
    for piece in pieces:
        hours = (1 << piece.close) - (1 << piece.open)
        for day in piece.weekdays:
            union |= hours << ((day - 1) * MINUTES_OF_DAY)
    return union


def _of_day(minutes: int, day: int) -> int:
    return minutes >> ((day - 1) * MINUTES_OF_DAY) & ((1 << MINUTES_OF_DAY) - 1)


def _stretches(minutes: int) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for minute in range(MINUTES_OF_DAY + 1):
        is_open = bool(minutes >> minute & 1)
        if is_open and start is None:
            start = minute
        elif not is_open and start is not None:
            yield start, minute
            start = None
