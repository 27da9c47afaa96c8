"""What the ledger knows of the zones in which a person may be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from domain.model.contact import FactKind, Party, PastFact, ZoneEvidence
from domain.model.facts import Account
from domain.model.strategy import Channel
from ledger import person_facts
from ledger.accounts import ContactPoint, contact_points, get_account

_BY_NUMBER = (Channel.CALL, Channel.SMS)


def zone_evidence(
    conn: Connection, person_id: str, account_id: str, as_of: datetime, party: Party = Party.DEBTOR
) -> ZoneEvidence:
    """What points to the zones of the party at the instant; raises InputError when the ledger has no such account."""
    account = get_account(conn, account_id)
    today = as_of.astimezone(ZoneInfo(account.zone)).date()
    said = person_facts.of_person(conn, person_id, as_of, (FactKind.ZONE,))
    points = contact_points(conn, person_id, today)
    return evidence_in(account, points, [told.fact for told in said], as_of, party)


def evidence_in(
    account: Account,
    points: Iterable[ContactPoint],
    facts: Iterable[PastFact],
    as_of: datetime,
    party: Party = Party.DEBTOR,
) -> ZoneEvidence:
    """The same, of what was read before: the person's contact points of that day, and the facts known by then."""
    said = (fact for fact in facts if fact.kind is FactKind.ZONE and fact.party is party)
    reached = [point for point in points if point.party is party]
    return ZoneEvidence(
        declared=_declared(said, as_of),
        addresses=_each_once(point.zone for point in reached if point.zone),
        phones=_each_once(point.address for point in reached if point.channel in _BY_NUMBER),
        account=account.zone,
    )


def _declared(facts: Iterable[PastFact], as_of: datetime) -> tuple[str, ...]:
    """The last word counts; where it has ended, the one before it."""
    in_force = [fact for fact in facts if not _is_over(fact, as_of)]
    last_at = max((fact.at for fact in in_force), default=None)
    return _each_once(fact.name for fact in in_force if fact.at == last_at)


def _is_over(fact: PastFact, as_of: datetime) -> bool:
    zone = ZoneInfo(fact.name)
    first_day, today = fact.at.astimezone(zone).date(), as_of.astimezone(zone).date()
    days_over = fact.days is not None and today - first_day >= timedelta(days=fact.days)
    return days_over or (fact.until is not None and fact.until <= as_of)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
