"""Holds: doors that were closed when the contact was made."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from domain.audit.scene import Finding, Scene, finding, fits_place, lasts, share_a_debt
from domain.model.contact import FactKind, PastFact, Purpose
from domain.model.pack import Blocked, Pack, PackHold

UTC = ZoneInfo("UTC")


def closed(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Holds of the pack that closed the door to this contact; without a zone their dates are told in UTC."""
    for rule in pack.holds:
        if not _closes(rule, scene):
            continue
        for fact in scene.facts_of(FactKind.HOLD, rule.id):
            about = rule.scope == "person" or share_a_debt(scene.ask.debts, fact.debts)
            if about and any(lies(scene, fact, rule, zone) for zone in scene.zones_of(pack) or (UTC,)):
                yield finding(pack, rule, f"the hold {rule.id} lay on the customer")


def unknown(scene: Scene) -> Iterator[Finding]:
    """Holds that no pack of the stack knows close every door."""
    known = {rule.id for pack in scene.stack for rule in pack.holds}
    for fact in scene.facts_of(FactKind.HOLD):
        if fact.name not in known and any(lies(scene, fact, None, zone) for zone in scene.zones or (UTC,)):
            yield Finding("gate.unknown_hold", "design", f"a hold {fact.name} lay on the customer that no pack knows")


def lies(scene: Scene, fact: PastFact, rule: PackHold | None, zone: ZoneInfo) -> bool:
    """Whether the hold was in force by this rule at the instant of the contact; None: by itself."""
    at = scene.ask.at
    if fact.until is not None and at >= fact.until:
        return False
    if any(release.at > fact.at for release in scene.facts_of(FactKind.RELEASE, fact.name)):
        return False
    if rule is None:
        return lasts(fact.at, fact.days, at, zone)
    if any(_ends(event, fact, rule) for event in scene.facts_of(FactKind.EVENT)):
        return False
    first = rule.first_day
    return lasts(fact.at, fact.days, at, zone, first) and lasts(fact.at, rule.max_days, at, zone, first)


def _ends(event: PastFact, fact: PastFact, rule: PackHold) -> bool:
    return event.at > fact.at and event.name in rule.closed_by and share_a_debt(event.debts, fact.debts)


def _closes(rule: PackHold, scene: Scene) -> bool:
    ask = scene.ask
    if ask.party not in rule.parties or not fits_place(rule.place, ask) or ask.purpose in rule.allows:
        return False
    if ask.purpose is Purpose.COLLECT:
        return Blocked.COLLECT_CONTACT in rule.blocks
    if ask.purpose is Purpose.SERVICE_NOTICE:
        return Blocked.SERVICE_NOTICE in rule.blocks
    return Blocked.COLLECT_CONTACT in rule.blocks or Blocked.SERVICE_NOTICE in rule.blocks
