"""The customers whom a demo plays: who answers the bank's messages, and by which journey.

The data tells when people paid, never that they talked to the bank. So a stated share of the customers is taken out of
it on the day on which their case opens: what they do from then on is played (``starter.demo.acting``), and what their
account shows is what they do.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from random import Random

from domain.model.errors import InputError, SurroundingsError
from ledger.importers.history import Entry
from ledger.person_facts import PersonFact
from starter.demo.window import Chosen, Window

_INTEREST_PERCENT, _FEE_PERCENT = 2, 1
"""So much of what they owe is interest and fees: what is given up for keeping to an agreement is part of these."""


class Journey(StrEnum):
    """What a customer does once the bank writes."""

    KEEPS_PROMISE = "keeps-promise"
    """Is short of money, promises to pay, and pays when reminded of it."""
    MENDS_BY_PLAN = "mends-by-plan"
    """Promises and does not pay; states what can be paid, keeps a plan, is given a rebate for it, ends it early."""
    FALLS_ILL = "falls-ill"
    """Is ill: contact pauses, aid is granted, advice is named; pays after the pause."""
    HAS_PAID = "has-paid"
    """Says that it is paid, and is right: the bank finds the payment two days later."""

    def named(self, what: str) -> str:
        """The id of something that such a customer does: the same in every case."""
        return f"{self}-{what}"


CALL = "call"
"""What every journey begins with."""


@dataclass(frozen=True)
class Part:
    """How many play a journey, and how many days it takes to its end."""

    journey: Journey
    of_a_hundred: int
    least_days: int


PARTS = (
    Part(Journey.MENDS_BY_PLAN, 4, 165),
    Part(Journey.FALLS_ILL, 3, 100),
    Part(Journey.KEEPS_PROMISE, 6, 45),
    Part(Journey.HAS_PAID, 3, 30),
)
"""The longest first: it has the fewest customers to choose from."""
Cast = Mapping[str, Journey]
"""Account → what its owner does."""


@dataclass(frozen=True)
class Played:
    """The accounts of a demo once some of them are played, and by whom."""

    chosen: Sequence[Chosen]
    cast: Cast


def play(chosen: Sequence[Chosen], told: Iterable[PersonFact], window: Window, seed: int) -> Played:
    """Choose who is played, by seed: the stated share of all customers, as far as the window has room for the journey.

    Only who has one account in the demo, and told nothing that bears on contact: each does one thing.
    """
    owners = Counter(one.history.person_id for one in chosen)
    telling = {fact.person_id for fact in told}
    free = [one for one in chosen if owners[one.history.person_id] == 1 and one.history.person_id not in telling]
    Random(f"duecourse/customers/{seed}").shuffle(free)  # noqa: S311  # a simulation, not a secret
    cast: dict[str, Journey] = {}
    for part in PARTS:
        fitting = [one for one in free if (window.last - one.opens_on).days >= part.least_days]
        for one in fitting[: share_of(len(owners), part)]:
            cast[one.history.account_id] = part.journey
            free.remove(one)
    return Played([_taken_out(one) if one.history.account_id in cast else one for one in chosen], cast)


def share_of(customers: int, part: Part) -> int:
    """So many of these customers play it; of a handful nobody does: what their file tells is what is run."""
    return round(customers * part.of_a_hundred / 100)


def _taken_out(one: Chosen) -> Chosen:
    """What the data tells up to the day on which the case opens, some of what is owed being interest and fees."""
    history, last = one.history, one.opens_on
    entries = tuple(entry for entry in history.entries if entry.value_on <= last)
    return replace(
        one,
        history=replace(
            history,
            statements=tuple(each for each in history.statements if each.closed_on <= last),
            dues=tuple(due for due in history.dues if due.due_on <= last),
            met=tuple(met for met in history.met if met.value_on <= last),
            entries=_with_costs(entries),
            stated=tuple(stated for stated in history.stated if stated.known_on <= last),
        ),
    )


def _with_costs(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The same amounts, part of the largest one as interest and fees."""
    owed = sum(entry.amount_minor for entry in entries)
    largest = max(entries, key=lambda entry: entry.principal_minor)
    interest, fee = (max(owed * percent // 100, 0) for percent in (_INTEREST_PERCENT, _FEE_PERCENT))
    if largest.principal_minor <= interest + fee:
        return entries
    split = largest._replace(
        principal_minor=largest.principal_minor - interest - fee,
        interest_minor=largest.interest_minor + interest,
        fee_minor=largest.fee_minor + fee,
    )
    return tuple(split if entry is largest else entry for entry in entries)


def write_cast(path: Path, cast: Cast) -> Path:
    """Tell the demo's worker who plays what; returns the path."""
    try:
        path.write_text(json.dumps(dict(sorted(cast.items())), indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise SurroundingsError(f"{path} cannot be written: {error.strerror}") from error
    return path


def read_cast(path: Path) -> Cast:
    """Who plays what; raises InputError in one line for a file that does not tell it."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return {account_id: Journey(name) for account_id, name in told.items()}
    except (OSError, ValueError, AttributeError) as error:
        names = ", ".join(Journey)
        raise InputError(f"DUECOURSE_DEMO_CAST: {path} is no JSON object of account → {names}: {error}") from error
