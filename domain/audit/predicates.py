"""Predicates: whether the debtor was out of contact when a third party was reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.audit.holds import lies
from domain.audit.scene import Scene, day_of
from domain.model.contact import ContactAsk, Direction, FactKind, Outcome, Party, PastContact
from domain.model.pack import Pack, Predicate, Signs
from domain.model.strategy import Channel

FAILURES = {
    Outcome.NO_ANSWER,
    Outcome.BUSY,
    Outcome.NOT_IN_SERVICE,
    Outcome.VOICEMAIL,
    Outcome.FAILED,
    Outcome.UNREPORTED,
}
SUCCESSES = {Outcome.DROPPED, Outcome.DELIVERED}
"""They reached something. A conversation ends the predicate itself."""
ENDS_OF_A_ROW = SUCCESSES | {Outcome.PENDING}
"""A row of failures ends there: nobody knows yet whether what is open will have failed."""
NUMBERS = {Channel.CALL, Channel.SMS}


def is_true(scene: Scene, pack: Pack, predicate: Predicate) -> bool:
    """Whether a fact said so, or one of the signs was seen, since the last conversation with the debtor."""
    since = _since_last_conversation(scene)
    if since.facts_of(FactKind.LOST_CONTACT):
        return True
    zones = scene.zones_of(pack)
    signs: tuple[Callable[[Scene, Pack, Signs, ZoneInfo], bool], ...] = (
        _number_invalid,
        _failed_in_a_row,
        _days_unreachable,
        _held,
    )
    return bool(zones) and all(any(sign(since, pack, predicate.any, zone) for sign in signs) for zone in zones)


def _since_last_conversation(scene: Scene) -> Scene:
    """The attempts to reach the debtor, and the facts, that are later than the last conversation."""
    contacts, facts = scene.contacts, scene.facts
    for place, contact in enumerate(scene.contacts):
        if contact.party is Party.DEBTOR and contact.outcome is Outcome.CONVERSATION:
            contacts = scene.contacts[place + 1 :]
            facts = tuple(fact for fact in scene.facts if fact.at > contact.at)
    return replace(scene, contacts=tuple(c for c in contacts if _is_attempt(c, scene.ask)), facts=facts)


def _is_attempt(contact: PastContact, ask: ContactAsk) -> bool:
    """What is permitted for later was not tried yet, so it tells nothing of the debtor."""
    return contact.party is Party.DEBTOR and contact.direction is Direction.OUT and contact.at <= ask.at


def _number_invalid(since: Scene, _pack: Pack, signs: Signs, _zone: ZoneInfo) -> bool:
    last = {c.address: c.outcome for c in since.contacts if c.channel in NUMBERS}
    return signs.number_invalid and bool(last) and set(last.values()) == {Outcome.NOT_IN_SERVICE}


def _failed_in_a_row(since: Scene, _pack: Pack, signs: Signs, zone: ZoneInfo) -> bool:
    sign = signs.failed_attempts_in_a_row
    if sign is None:
        return False
    row = 0
    for contact in since.contacts:
        if contact.outcome in ENDS_OF_A_ROW:
            row = 0
        row += contact.outcome in FAILURES
        if row >= sign.n:
            return sign.then == "at_once" or day_of(since.ask.at, zone) > day_of(contact.at, zone)
    return False


def _days_unreachable(since: Scene, _pack: Pack, signs: Signs, zone: ZoneInfo) -> bool:
    sign = signs.days_unreachable
    if sign is None:
        return False
    reached = {day_of(c.at, zone) for c in since.contacts if c.outcome in SUCCESSES}
    failed = {day_of(c.at, zone) for c in since.contacts if c.outcome in FAILURES} - reached
    today = day_of(since.ask.at, zone)
    rows = ([first + timedelta(days=i) for i in range(sign.n)] for first in failed)
    return any(row[-1] < today and all(day in failed for day in row) for row in rows)


def _held(since: Scene, pack: Pack, signs: Signs, zone: ZoneInfo) -> bool:
    """A hold of the guarantor, such as that guarantor's death, says nothing of the debtor."""
    rules = [rule for rule in pack.holds if rule.id in signs.holds]
    said = [(fact, rule) for rule in rules for fact in since.facts_of(FactKind.HOLD, rule.id)]
    return any(fact.party is Party.DEBTOR and lies(since, fact, rule, zone) for fact, rule in said)
