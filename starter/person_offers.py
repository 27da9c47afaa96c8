"""What a person is offered on all their accounts together, from what the ledger has of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection

from domain import stopping
from domain.calendar import local_day, local_instant
from domain.case.wording import hold_sentence
from domain.compliance.spared import spared_by
from domain.compliance.zones import evident
from domain.model.ability import AbilityReport
from domain.model.case import HeldBy
from domain.model.contact import CLOCKS_APART
from domain.model.errors import InputError
from domain.model.events import HoldReason
from domain.offers.together import Overdue, Together, together
from ledger import ability_reports, disputes, holds, people, running_plans, watermarks
from ledger.record import record_of
from policies import Policies
from starter.offering import Owing, owing
from starter.people import zone_of

_MOST_DAYS = 366
_NOON = time(12)


@dataclass(frozen=True)
class PersonOffers:
    """The offers on all overdue accounts of a person, and what they rest on."""

    person_id: str
    on: date
    report: AbilityReport
    together: Together
    strategies: Mapping[str, str]
    """Account → the strategy whose book it is."""


def instant_on(conn: Connection, person_id: str, on: date | None, now: datetime) -> datetime:
    """The instant for which offers are asked: now, or noon of a later day; raises InputError for any other day."""
    zone = zone_of(conn, person_id)
    today = local_day(now, zone)
    if on is None or on == today:
        return now
    if not today < on <= today + timedelta(days=_MOST_DAYS):
        raise InputError(f"--on: {on} is not within a year from today on, {today}: what was offered is in `offer list`")
    return local_instant(on, _NOON, zone)


def offers_together(
    conn: Connection, person_id: str, chosen: Policies, now: datetime, on: date | None = None
) -> PersonOffers:
    """The offers on every account of the person that has an open case or is past due, each as its case would have it.

    With a later day: as they would be on it, if nothing happens until then that the ledger does not know of yet.

    Raises InputError without an ability report, without such an account, and for a day that is no later one.
    """
    at = instant_on(conn, person_id, on, now)
    report = ability_reports.last_of(conn, person_id)
    if report is None:
        raise InputError(
            f"it is not known what {person_id} can pay: take a statement with `person ability ACCOUNT FILE` first"
        )
    found = {name: owing(conn, name, chosen, at) for name in people.accounts_of(conn, person_id)}
    overdue = {name: each for name, each in found.items() if each.case is not None or each.customer.past_due}
    if not overdue:
        raise InputError(f"no account of {person_id} is past due or has an open case: there is nothing to offer")
    asked = [
        Overdue(name, each.customer, each.strategy.offers, next(_kept_back(conn, person_id, name, each, now, at), None))
        for name, each in overdue.items()
    ]
    running = running_plans.of_person(conn, person_id)
    done = together(asked, report.statement.currency, report.ability.shares, running)
    strategies = {name: f"{each.strategy.name} v{each.strategy.version}" for name, each in overdue.items()}
    return PersonOffers(person_id, local_day(at, zone_of(conn, person_id)), report, done, strategies)


def _kept_back(
    conn: Connection, person_id: str, account_id: str, owes: Owing, now: datetime, at: datetime
) -> Iterator[str]:
    """Why nothing is offered on the account, whatever can be paid; the case itself says no to most of it too."""
    if stopping.is_stale(watermarks.fresh_until(conn), owes.strategy, now):
        yield "the bank's data is too old to agree on anything: wait for the feed"
    if owes.case is not None:
        disputed = disputes.standing(conn, owes.case.case_id).going_on
        if disputed:
            yield f"{disputed[0].id} is disputed: resolve the dispute first"
        yield from (f"{hold_sentence(hold)}: look at it first" for hold in _whole(conn, owes.case.case_id, owes))
    if not owes.customer.past_due:
        yield "nothing is past due on it: there is nothing to negotiate"
    packs = owes.rules.packs
    record = record_of(conn, person_id, account_id, at + CLOCKS_APART, partial(evident, packs))
    barred = spared_by(account_id, record, packs, at)
    if barred:
        yield f"the hold {barred[0]} lies on the customer: look at it first"


def _whole(conn: Connection, case_id: str, owes: Owing) -> Iterator[HeldBy]:
    """The holds that lie on the whole case; who leaves out a part of it wants the rest to go on."""
    lying = holds.in_force(conn, case_id, owes.customer.today)
    return (hold for hold in lying if hold.reason is not HoldReason.LEFT_OUT)
