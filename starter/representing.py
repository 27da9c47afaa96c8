"""Representatives of a customer: entered by one operator, checked by another, ended by anybody who knows better."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.contact import PastFact
from domain.model.errors import InputError
from domain.model.representative import KnownRepresentative, Representative, RepresentativeState
from domain.model.rules import Rules
from domain.representing import facts_of, fault_of_check, fault_of_entry, fault_of_reopening
from ledger import accounts, people, person_facts, representatives, tasks
from ledger.person_facts import PersonFact
from ledger.tasks import Task
from starter.people import record, zone_of

CHECK = "representative_check"
"""Kind of the task to check an authority; until then nobody is told anything by it."""
_CHECKED_WITHIN = timedelta(days=1)


def enter(conn: Connection, representative: Representative, by: str, at: datetime) -> bool:
    """Enter an authority, which counts for nothing yet, and ask for its check; False when it was entered before."""
    person_id, name = representative.person_id, representative.representative_id
    accounts.lock_person(conn, person_id)
    today = local_day(at, zone_of(conn, person_id))
    fault = fault_of_entry(representative, people.accounts_of(conn, person_id), today)
    if fault is not None:
        raise InputError(fault)
    new = representatives.add(conn, representative, by, at)
    if new:
        due_at, detail = at + _CHECKED_WITHIN, {"representative": name, "kind": representative.kind.value}
        tasks.add(conn, Task(_task(name), person_id, CHECK, at, due_at=due_at, detail=detail))
    return new


def check(conn: Connection, representative_id: str, by: str, at: datetime) -> bool:
    """Let an authority count from now on, or from its first day; False when it was checked before.

    Raises InputError for one that is over, and for who entered it.
    """
    known = _locked(conn, representative_id)
    person_id, zone = known.representative.person_id, zone_of(conn, known.representative.person_id)
    if known.state is RepresentativeState.CHECKED:
        return False
    if (fault := fault_of_check(known, at, zone)) is not None:
        raise InputError(fault)
    representatives.check(conn, representative_id, by, at)
    for name, fact in facts_of(known.representative, at, zone).items():
        fact_id = representatives.fact_id(representative_id, name)
        record(conn, PersonFact(fact_id, person_id, fact, at, known.representative.evidence))
    tasks.close(conn, _task(representative_id), at, by, "checked")
    return True


def end(conn: Connection, representative_id: str, by: str, at: datetime, reason: str) -> bool:
    """From now on the authority counts for nothing, and what it closed opens again; False when it was ended before."""
    known = _locked(conn, representative_id)
    if not representatives.end(conn, representative_id, by, at, reason):
        return False
    if known.checked_at is not None:
        for name in facts_of(known.representative, known.checked_at, zone_of(conn, known.representative.person_id)):
            person_facts.withdraw(conn, representatives.fact_id(representative_id, name), at, by, reason)
    tasks.close(conn, _task(representative_id), at, by, "ended")
    return True


def refuse_its_fact(conn: Connection, fact_id: str) -> None:
    """Raises InputError for a fact of an authority, which is taken back with the authority as a whole."""
    name = representatives.of_fact(conn, fact_id)
    if name is not None:
        raise InputError(f"{fact_id} belongs to an authority: `duecourse person representative end {name}` ends it")


def refuse_reopening(conn: Connection, person_id: str, told: PastFact, rules: Rules) -> None:
    """Raises InputError for a release or an event that would open to contact whom an authority closes."""
    known, zone = representatives.of_person(conn, person_id), zone_of(conn, person_id)
    if (fault := fault_of_reopening(told, known, rules.packs, zone)) is not None:
        raise InputError(fault)


def _locked(conn: Connection, representative_id: str) -> KnownRepresentative:
    """As it stands once nobody else can change it."""
    accounts.lock_person(conn, representatives.found(conn, representative_id).representative.person_id)
    return representatives.found(conn, representative_id)


def _task(representative_id: str) -> str:
    return f"{CHECK}/{representative_id}"
