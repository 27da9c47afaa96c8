"""Holds: doors that were closed when the contact was made."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from domain.audit.scene import Finding, Scene, finding, fits_place, lasts, same_person, share_a_debt
from domain.model.contact import ContactAsk, FactKind, Party, PastFact, Purpose
from domain.model.pack import Blocked, Pack, PackHold

UTC = ZoneInfo("UTC")


def closed(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Holds of the pack that closed the door to this contact; without a zone their dates are told in UTC."""
    for rule in pack.holds:
        if not _closes(rule, scene.ask):
            continue
        for fact in scene.facts_of(FactKind.HOLD, rule.id):
            about = _is_about_person(scene.ask, fact, rule) and _is_about_debts(scene, fact, rule)
            if about and any(lies(scene, fact, rule, zone) for zone in scene.zones_of(pack) or (UTC,)):
                yield finding(pack, rule, f"the hold {rule.id} lay on the customer")


def unknown(scene: Scene) -> Iterator[Finding]:
    """Holds that no pack of the stack knows close every door."""
    known = {rule.id for pack in scene.stack for rule in pack.holds}
    for fact in scene.facts_of(FactKind.HOLD):
        if fact.name in known or not _is_about_person(scene.ask, fact, None):
            continue
        if any(lies(scene, fact, None, zone) for zone in scene.zones or (UTC,)):
            yield Finding("gate.unknown_hold", "design", f"a hold {fact.name} lay on the customer that no pack knows")


def lies(scene: Scene, fact: PastFact, rule: PackHold | None, zone: ZoneInfo) -> bool:
    """Whether the hold was in force by this rule at the instant of the contact; None: by itself."""
    at = scene.ask.at
    if (fact.until is not None and at >= fact.until) or _is_freed(scene, fact, rule):
        return False
    if rule is None:
        return lasts(fact.at, fact.days, at, zone)
    first = rule.first_day
    return lasts(fact.at, fact.days, at, zone, first) and lasts(fact.at, rule.max_days, at, zone, first)


def _is_freed(scene: Scene, fact: PastFact, rule: PackHold | None) -> bool:
    """A hold on all debts, which names none, falls only by what names none either."""
    if any(not end.debts for end in _ends(scene, fact, rule)):
        return True
    return bool(fact.debts) and not _debts_left(scene, fact, rule)


def _debts_left(scene: Scene, fact: PastFact, rule: PackHold | None) -> tuple[str, ...]:
    """Of the debts that the hold names those that nothing freed by name."""
    freed = {debt for end in _ends(scene, fact, rule) for debt in end.debts}
    return tuple(debt for debt in fact.debts if debt not in freed)


def _ends(scene: Scene, fact: PastFact, rule: PackHold | None) -> tuple[PastFact, ...]:
    """What frees the hold, or some of its debts: releases of it, and the events that close it."""
    closers = () if rule is None else rule.closed_by
    events = [event for event in scene.facts_after(fact, FactKind.EVENT) if event.name in closers]
    return (*scene.facts_after(fact, FactKind.RELEASE, fact.name), *events)


def _is_about_person(ask: ContactAsk, fact: PastFact, rule: PackHold | None) -> bool:
    """One of the debtor closes what the rule says; one of somebody else closes that person's door and no other."""
    if fact.party is not Party.DEBTOR:
        return same_person(ask, fact)
    return rule is None or ask.party in rule.parties


def _is_about_debts(scene: Scene, fact: PastFact, rule: PackHold) -> bool:
    return rule.scope == "person" or share_a_debt(scene.ask.debts, _debts_left(scene, fact, rule))


def _closes(rule: PackHold, ask: ContactAsk) -> bool:
    """Whether the rule closes contacts on this channel, at this place and for this purpose."""
    if ask.channel not in rule.channels or not fits_place(rule.place, ask) or ask.purpose in rule.allows:
        return False
    if ask.purpose is Purpose.COLLECT:
        return Blocked.COLLECT_CONTACT in rule.blocks
    if ask.purpose is Purpose.SERVICE_NOTICE:
        return Blocked.SERVICE_NOTICE in rule.blocks
    return Blocked.COLLECT_CONTACT in rule.blocks or Blocked.SERVICE_NOTICE in rule.blocks
