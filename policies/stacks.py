"""Stacks of packs: what a pack stands on, and whether packs can stand together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from domain.model.contact import Actor
from domain.model.duties import Duties
from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.strategy import Channel
from policies.hours import open_minutes

Find = Callable[[str], Pack]


def stack_of(tops: Iterable[Pack], find: Find) -> tuple[Pack, ...]:
    """The packs and all that they stand on, each once, bases before what stands on them."""
    placed: dict[str, Pack] = {}

    def place(pack: Pack) -> None:
        if pack.id not in placed:
            for base in pack.pack.extends:
                place(find(base))
            placed[pack.id] = pack

    for top in tops:
        place(top)
    return tuple(placed.values())


def contradictions(stack: Sequence[Pack]) -> Iterator[str]:
    """Why these packs cannot stand together, if they cannot."""
    below = {pack.id: _below(pack, stack) for pack in stack}
    for one, other in combinations(stack, 2):
        for part in ("country", "currency"):
            first, second = getattr(one.pack, part), getattr(other.pack, part)
            if first and second and first != second:
                yield f"{one.id} and {other.id} cannot stand together: {part} {first} and {second}"
        if one.id not in below[other.id] and other.id not in below[one.id]:
            for part in Duties.model_fields:
                if _differ(getattr(one, part), getattr(other, part)):
                    name = part.replace("_", " ")
                    yield f"{one.id} and {other.id} cannot stand together: they state different {name}"
    yield from _never_open(stack)


def expired(stack: Iterable[Pack], on: date) -> Iterator[str]:
    """Which packs of the stack no longer hold on this day."""
    for pack in stack:
        if pack.pack.valid_to is not None and pack.pack.valid_to < on:
            yield f"the rule pack {pack.id} held until {pack.pack.valid_to}: nothing is allowed under it on {on}"


def usable(stack: tuple[Pack, ...], on: date | None = None) -> tuple[Pack, ...]:
    """The stack; raises InputError when its packs contradict each other, or no longer hold on the day."""
    if wrong := [*contradictions(stack), *(expired(stack, on) if on else ())]:
        raise InputError("\n".join(wrong))
    return stack


def _below(pack: Pack, stack: Sequence[Pack]) -> frozenset[str]:
    by_id = {other.id: other for other in stack}
    found: set[str] = set()
    waiting = list(pack.pack.extends)
    while waiting:
        base = waiting.pop()
        if base not in found:
            found.add(base)
            waiting += by_id[base].pack.extends
    return frozenset(found)


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


def _never_open(stack: Sequence[Pack]) -> Iterator[str]:
    for actor in Actor:
        closed = [channel for channel in Channel if not open_minutes(stack, actor, channel)]
        if closed:
            names = " and ".join(pack.id for pack in stack if pack.windows and actor in pack.applies_to.actors)
            yield f"the windows of {names} leave no hour of the week open for {closed[0]} by {actor}"
            return
