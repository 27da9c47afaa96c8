"""What customers tell the bank that bears on contact: made up for every portfolio, and the same for a seed.

About one customer in five says something, the first of a demo always: no demo is without a wish by accident. It is a
fact about the person, known from the instant at which it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from domain.calendar import local_day, local_instant
from domain.model.contact import FactKind, PastFact
from domain.model.strategy import Channel
from ledger.person_facts import PersonFact
from starter.demo.window import Chosen, Window

_Says = Callable[[datetime], PastFact]


@dataclass(frozen=True)
class _Wish:
    """Something that customers say: so many of a hundred, and after some weeks perhaps something that ends it."""

    of_a_hundred: int
    says: _Says
    ends: _Says | None = None


_prefers = partial(PastFact, kind=FactKind.PREFERRED_WINDOW)
_does_not_suit = partial(PastFact, kind=FactKind.INCONVENIENT_WINDOW)
_hold = partial(PastFact, kind=FactKind.HOLD)
_WISHES = (
    _Wish(6, partial(_prefers, opens=18 * 60, closes=21 * 60)),
    _Wish(2, partial(_prefers, opens=12 * 60, closes=14 * 60)),
    _Wish(4, partial(_does_not_suit, opens=8 * 60, closes=17 * 60)),
    _Wish(3, partial(PastFact, kind=FactKind.OPT_OUT, channel=Channel.FILE)),
    _Wish(1, partial(_hold, name="deceased")),
    _Wish(1, partial(_hold, name="bankruptcy")),
    _Wish(
        3,
        partial(_hold, name="vulnerability_review"),
        ends=partial(PastFact, kind=FactKind.EVENT, name="vulnerability_reviewed"),
    ),
    _Wish(1, partial(_hold, name="court_moratorium")),  # a code of the bank's own, which no pack knows
)
_TOLD_AFTER_DAYS = range(-20, 30)
"""Days from the first day past due on to the day of telling: often it lies between two notices."""
_FIRST_TOLD_AFTER_DAYS = range(-20, 0)
_ENDS_AFTER_DAYS = range(10, 25)
_OPENS_AT, _OPEN_MINUTES = time(9), 9 * 60
"""Customers call in these hours."""


def wishes(chosen: Iterable[Chosen], window: Window, seed: int) -> list[PersonFact]:
    """What the customers who own these accounts tell, up to the end of the window."""
    first: dict[str, Chosen] = {}
    for account in chosen:
        known = first.setdefault(account.history.person_id, account)
        if account.opens_on < known.opens_on:
            first[account.history.person_id] = account
    return [
        told
        for place, (person_id, account) in enumerate(first.items())
        for told in _told(person_id, account, window, seed, is_first=place == 0)
    ]


def _told(person_id: str, account: Chosen, window: Window, seed: int, *, is_first: bool) -> Iterator[PersonFact]:
    chance = Random(f"duecourse/wishes/{seed}/{person_id}")  # noqa: S311  # a simulation, not a secret
    zone, drawn = account.history.zone, 0 if is_first else chance.randrange(100)
    wish = next((wish for place, wish in _places() if drawn < place), None)
    if wish is None:
        return
    on = account.opens_on + timedelta(days=chance.choice(_FIRST_TOLD_AFTER_DAYS if is_first else _TOLD_AFTER_DAYS))
    facts = [wish.says(_in_office_hours(on, zone, chance))]
    if wish.ends is not None:
        facts.append(wish.ends(_in_office_hours(on + timedelta(days=chance.choice(_ENDS_AFTER_DAYS)), zone, chance)))
    for number, fact in enumerate(facts, 1):
        if local_day(fact.at, zone) <= window.last:
            yield PersonFact(f"wish/{person_id}/{number}", person_id, fact, fact.at)


def _places() -> Iterator[tuple[int, _Wish]]:
    """Each wish with the share of customers who tell it or one before it."""
    share = 0
    for wish in _WISHES:
        share += wish.of_a_hundred
        yield share, wish


def _in_office_hours(on: date, zone: str, chance: Random) -> datetime:
    return local_instant(on, _OPENS_AT, zone) + timedelta(minutes=chance.randrange(_OPEN_MINUTES))
