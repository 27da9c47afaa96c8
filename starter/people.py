"""What is known of a person, for those who serve them: ids and codes, never an address or a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.ability import AbilityReport
from domain.model.contact import Direction, FactKind, Outcome, PastFact
from domain.model.errors import InputError
from domain.model.representative import KnownRepresentative
from domain.model.strategy import Channel
from ledger import ability_reports, accounts, commitments, contacts, people, person_facts, persons, representatives
from ledger.accounts import ContactPoint
from ledger.commitments import Commitments
from ledger.contacts import Contact
from ledger.person_facts import PersonFact
from ledger.persons import Person

LAST_DAYS = 30
"""How far back contacts are counted for people."""
_TAKEN_BACK_BY = {
    FactKind.HOLD: FactKind.RELEASE,
    FactKind.CONSENT: FactKind.REVOCATION,
    FactKind.OPT_OUT: FactKind.OPT_IN,
}

Counted = Mapping[tuple[Channel, Direction, Outcome], int]


@dataclass(frozen=True)
class PersonView:
    """A person as operators see them."""

    person: Person
    accounts: tuple[str, ...]
    facts: tuple[PersonFact, ...]
    points: tuple[ContactPoint, ...]
    contacts: Counted
    ability: AbilityReport | None
    """What they can pay, by their newest statement."""
    commitments: Commitments
    """What they agreed to, and what became of it."""
    representatives: tuple[KnownRepresentative, ...]
    """Everybody who was entered as speaking for them."""
    at: datetime
    zone: str


def find_person(conn: Connection, name: str) -> str:
    """Id of the person who owes on the account of this id, else of the person of this id itself."""
    try:
        return accounts.person_of(conn, name)
    except InputError:
        return _itself(conn, name)


def record(conn: Connection, fact: PersonFact) -> bool:
    """Store a fact once; False when it was stored before; raises InputError when its id says something else.

    Also when it was withdrawn since: told again under its id it would not count.
    """
    if person_facts.add(conn, fact):
        return True
    if fact.fact_id not in {each.fact_id for each in person_facts.of_person(conn, fact.person_id, fact.recorded_at)}:
        raise InputError(f"fact {fact.fact_id} was withdrawn: record it again under another id")
    return False


def view(conn: Connection, person_id: str, at: datetime) -> PersonView:
    """All that operators may see of a person at the instant."""
    owes_on, zone = people.accounts_of(conn, person_id), zone_of(conn, person_id)
    return PersonView(
        person=replace(persons.get(conn, person_id), name=None),
        accounts=owes_on,
        facts=standing(person_facts.of_person(conn, person_id, at), at, zone),
        points=accounts.contact_points(conn, person_id, date.max),
        contacts=_counted(contacts.of_person(conn, person_id), at),
        ability=ability_reports.last_of(conn, person_id),
        commitments=commitments.of_person(conn, person_id),
        representatives=representatives.of_person(conn, person_id),
        at=at,
        zone=zone,
    )


def zone_of(conn: Connection, person_id: str) -> str:
    """The zone in which days about the person are counted: that of their first account."""
    owes_on = people.accounts_of(conn, person_id)
    return accounts.get_account(conn, owes_on[0]).zone if owes_on else "UTC"


def standing(facts: Sequence[PersonFact], at: datetime, zone: str) -> tuple[PersonFact, ...]:
    """The facts that still say something: neither ended by their own days or instant, nor taken back.

    A rule pack may end a hold or a consent sooner; only the gate tells that.
    """
    return tuple(
        each
        for i, each in enumerate(facts)
        if each.fact.kind not in _TAKEN_BACK_BY.values()
        and not _is_over(each.fact, at, zone)
        and not any(_takes_back(later.fact, each.fact) for later in facts[i + 1 :])
    )


def _itself(conn: Connection, person_id: str) -> str:
    try:
        return persons.get(conn, person_id).person_id
    except InputError:
        raise InputError(f"no account and no person {person_id} in the ledger") from None


def _is_over(fact: PastFact, at: datetime, zone: str) -> bool:
    passed = local_day(at, zone) - local_day(fact.at, zone)
    return (fact.until is not None and fact.until <= at) or (fact.days is not None and passed.days >= fact.days)


def _takes_back(later: PastFact, earlier: PastFact) -> bool:
    if later.kind is not _TAKEN_BACK_BY.get(earlier.kind):
        return False
    scope = (later.name, later.channel, later.address) == (earlier.name, earlier.channel, earlier.address)
    return scope if earlier.kind is FactKind.OPT_OUT else later.name == earlier.name


def _counted(made: Sequence[Contact], at: datetime) -> Counted:
    since = at - timedelta(days=LAST_DAYS)
    lately = (each.made for each in made if since < each.made.at <= at and each.cancelled_at is None)
    return Counter((each.channel, each.direction, each.outcome) for each in lately)
