"""A seeded synthetic portfolio whose payment behaviour has the shape of the real one (``ledger.importers.shape``).

Each account rolls between months late by the measured shares, and keeps its place among the balances of its kind.
The accounts of a seed do not depend on how many are made: a larger portfolio begins with the smaller one. Some people
have two of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import ceil
from random import Random
from statistics import NormalDist

from ledger.importers import shape
from ledger.importers.history import AccountHistory
from ledger.importers.monthly import MonthlyAccount, history_of
from ledger.importers.months import Calendar
from ledger.importers.uci import CURRENCY, LAST_DAY, ZONE

MEASURED_MONTHS = 6
SECOND_CARD_EVERY = 10
"""An account whose number this divides is a second card of the person who has the one before it."""
_NORMAL = NormalDist()


def calendar(last_day: date, months: int = MEASURED_MONTHS) -> Calendar:
    """So many statements; the last day of the month after the last of them is moved to ``last_day``."""
    first = LAST_DAY.year * 12 + LAST_DAY.month - 1 - months
    return Calendar(first // 12, first % 12 + 1, months, (last_day - LAST_DAY).days)


def account_ids(accounts: int) -> list[str]:
    """The ids of a generated portfolio, in its order."""
    return [_account_id(number) for number in range(1, accounts + 1)]


def generate_portfolio(
    accounts: int,
    seed: int,
    last_day: date,
    months: int = MEASURED_MONTHS,
    only: Collection[str] | None = None,
) -> Iterator[AccountHistory]:
    """One history an account, made one by one; ``only`` makes those accounts and no others."""
    dates = calendar(last_day, months)
    for number in range(1, accounts + 1):
        if only is None or _account_id(number) in only:
            history = history_of(_account(number, seed, months), dates)
            yield replace(history, person_id=_person_id(number))


def _account_id(number: int) -> str:
    return f"G{number:06}"


def _person_id(number: int) -> str:
    first_card = number - 1 if number % SECOND_CARD_EVERY == 0 else number
    return f"person-{_account_id(first_card)}"


def _account(number: int, seed: int, months: int) -> MonthlyAccount:
    chance = Random(f"duecourse/{seed}/{number}")  # noqa: S311  # a simulation, not a secret
    late, places = _late(chance, months), _places(chance, months)
    balances = [_balance(late, places[month], month) for month in range(months)]
    return MonthlyAccount(
        account_id=_account_id(number),
        source="generated",
        currency=CURRENCY,
        zone=ZONE,
        credit_limit=max(10_000, -(-max(balances) // 10_000) * 10_000),
        balances=balances,
        paid=[0, *(_paid(chance, late[m], balances[m], balances[m + 1]) for m in range(months - 1))],
        statuses=late,
    )


def _measured(month: int, months: int) -> int:
    """The measured month that stands for this one: the last are the last six, all before are like the first."""
    return max(0, month - (months - MEASURED_MONTHS))


def _late(chance: Random, months: int) -> list[int]:
    """Months late in each month; a portfolio of less than six months shows the last of six."""
    length = max(months, MEASURED_MONTHS)
    late = [_drawn(chance, shape.START)]
    for month in range(1, length):
        rolls = shape.ROLLS[max(0, _measured(month, length) - 1)]
        late.append(_drawn(chance, rolls.get(late[-1]) or shape.EARLY[late[-1]]))
    return late[-months:]


def _places(chance: Random, months: int) -> list[float]:
    """The account's place among the balances, 0 to 1, month by month."""
    position = chance.gauss()
    positions = [position]
    for _ in range(months - 1):
        position = shape.PERSISTENCE * position + (1 - shape.PERSISTENCE**2) ** 0.5 * chance.gauss()
        positions.append(position)
    return [_NORMAL.cdf(position) for position in positions]


def _balance(late: Sequence[int], place: float, month: int) -> int:
    """The statement balance of an account at this place (0 to 1) among the balances of its kind."""
    shares = _kind(late, month)[_measured(month, len(late))]
    wanted = place * 1000
    band = max(1, next(i for i, share in enumerate(shares) if wanted <= share))
    low, high = shares[band - 1], shares[band]
    within = max(0.0, (wanted - low) / (high - low)) if high > low else 1.0
    # rounded up: the band above an edge begins one above it, so that a balance of nothing stays nothing
    return ceil(shape.EDGES[band - 1] + within * (shape.EDGES[band] - shape.EDGES[band - 1]))


def _kind(late: Sequence[int], month: int) -> tuple[tuple[int, ...], ...]:
    if not late[month]:
        return shape.NOT_LATE
    newly = late[month] == 1 and (month == 0 or not late[month - 1])
    return shape.NEWLY_LATE if newly else shape.LATE_ON


def _paid(chance: Random, late: int, billed: int, next_balance: int) -> int:
    """What is paid on a statement in the month after it; a balance that falls was paid down."""
    state = min(late, 2)
    draw, part = chance.random(), chance.random()
    if billed <= 0:
        return 0
    fall = max(0, billed - next_balance)
    if draw < shape.PAID_NOTHING[state]:
        return fall
    if state == 0 and draw < shape.PAID_NOTHING[0] + shape.PAID_IN_FULL:
        return max(fall, billed)
    return max(fall, min(billed, round(billed * _decile(shape.PART_PAID[state], part))))


def _decile(deciles: Sequence[float], place: float) -> float:
    index, within = divmod(place * (len(deciles) - 1), 1)
    low = deciles[int(index)]
    return low + within * (deciles[int(index) + 1] - low)


def _drawn(chance: Random, shares: Mapping[int, int]) -> int:
    return chance.choices(list(shares), weights=list(shares.values()))[0]
