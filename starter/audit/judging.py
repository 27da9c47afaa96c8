"""Judging: every contact that was made, by the rules of its case, as things were known then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Connection

from domain.audit import permits
from domain.audit.closed import Closing
from domain.audit.matching import INTENTS
from domain.audit.replay import Breach, Made, judge_made
from domain.audit.told import KeptContact
from domain.audit.zones import ANYWHERE, zones_seen
from domain.model.contact import Direction, Outcome, PastFact, Record
from domain.model.errors import InputError
from domain.model.pack import Pack
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from ledger import policies
from ledger.zone_evidence import evidence_in
from starter.audit.dossier import Dossier


def made_by_us(dossier: Dossier, since: datetime | None) -> list[int]:
    """Places in the line of what is judged: what waits, what was never made, and what the customer did is not."""
    return [
        place
        for place, contact in enumerate(dossier.line)
        if contact.made.outcome is not Outcome.PENDING
        and contact.made.direction is Direction.OUT
        and not contact.is_cancelled
        and (since is None or contact.made.at >= since)
    ]


def judge(conn: Connection, dossier: Dossier, place: int, world: Closing) -> Iterator[Breach]:
    """What the contact of this place in the line broke; ``world``: stops and feed, whatever the strategy."""
    contact = dossier.line[place]
    pinned = _pinned(conn, dossier, contact)
    if pinned is None:
        yield _found(contact, "gate.no_rules", "no rules are known under which it was made")
        return
    strategy, rules = pinned
    closing = replace(world, strategy=strategy.name, fresh_within=timedelta(hours=strategy.fresh_within_hours))
    record = _record(dossier, place, rules.packs)
    found = {breach.rule: breach for breach in judge_made(_made(dossier, contact), record, rules.packs, closing)}
    if contact.breach is not None:
        reported = _found(contact, f"gate.{contact.breach}", "it was reported otherwise than permitted")
        found.setdefault(reported.rule, reported)
    yield from found.values()


def _pinned(conn: Connection, dossier: Dossier, contact: KeptContact) -> tuple[Strategy, Rules] | None:
    """By its own case; else by the one that was opened last before it, of the accounts that it is about."""
    case = dossier.cases.get(contact.case_id or "")
    if case is None:
        about = contact.made.debts or tuple(dossier.accounts)
        opened = [row for row in dossier.cases.values() if row.account_id in about]
        before = [row for row in opened if row.opened_at <= contact.made.at]
        case = max(before, key=lambda row: row.opened_at, default=None)
    try:
        return None if case is None else policies.pinned(conn, case.strategy, case.rules)
    except (InputError, ValidationError):  # somebody took them out of the ledger, or made nonsense of them
        return None


def _made(dossier: Dossier, contact: KeptContact) -> Made:
    """What is no message of this system was made by a person or an agency, who must have asked."""
    is_ours = contact.contact_id in dossier.messages
    return Made(
        contact=contact.made,
        purpose=contact.purpose,
        notice=contact.notice,
        permit=None if is_ours else _permit(dossier, contact.permit_id or ""),
        reference=contact.contact_id,
        needs_permit=not is_ours,
        asked_at=_asked_at(dossier, contact.contact_id) if is_ours else None,
    )


def _permit(dossier: Dossier, permit_id: str) -> permits.Permit | None:
    kept = dossier.permits.get(permit_id)
    return None if kept is None else permits.as_given(kept, dossier.told_of.get(permit_id, ()))


def _asked_at(dossier: Dossier, key: str) -> datetime | None:
    """When the gate was asked for the message last: its contact can stand a little later, by a clock ahead."""
    return max((seal.at for seal in dossier.told_of_message(key) if seal.kind in INTENTS), default=None)


def _record(dossier: Dossier, place: int, packs: Sequence[Pack]) -> Record:
    """What was on record before the contact, and known when it was made."""
    contact, before = dossier.line[place], dossier.line[:place]
    facts = tuple(told.fact for told in dossier.facts if told.was_known(contact.made.at))
    return Record(
        zones=_zones(dossier, contact, facts, packs),
        contacts=tuple(earlier.made for earlier in before if not earlier.is_cancelled),
        facts=facts,
    )


def _zones(dossier: Dossier, contact: KeptContact, facts: Sequence[PastFact], packs: Sequence[Pack]) -> tuple[str, ...]:
    owed = [dossier.accounts[debt] for debt in contact.made.debts if debt in dossier.accounts]
    account, at = (*owed, *dossier.accounts.values())[0], contact.made.at
    today = at.astimezone(ZoneInfo(account.zone)).date()
    points = [point for point in dossier.points if (point.usable_from or date.min) <= today]
    found = evidence_in(account, points, facts, at)
    evidence: Mapping[str, Sequence[str]] = {
        "declared": found.declared,
        "address": found.addresses,
        "phone_area_code": [zone for phone in found.phones for zone in _zones_of_phone(phone)],
        "account": (found.account,),
    }
    return zones_seen(tuple(packs), evidence)


def _zones_of_phone(phone: str) -> tuple[str, ...]:
    import phonenumbers  # costs seconds that only those who read numbers pay
    from phonenumbers import timezone

    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return (ANYWHERE,)
    return tuple(zone for zone in zones if zone != "Etc/Unknown")


def _found(contact: KeptContact, rule: str, why: str) -> Breach:
    return Breach(contact.contact_id, contact.made.at, rule, "design", why)
