"""Cool-downs: days of rest after an event."""

from __future__ import annotations

from collections.abc import Iterator

from domain.audit.consents import held_any
from domain.audit.events import in_scope
from domain.audit.scene import Finding, Scene, finding, lasts, share_a_debt
from domain.model.contact import Direction, PastContact
from domain.model.pack import Cooldown, Effect, Pack, Scope


def running(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Cool-downs that had not run out."""
    for rule in pack.cooldowns:
        if rule.effect is Effect.WARN or not _binds(scene, pack, rule):
            continue
        began = [event for event in scene.contacts if _begins(scene, rule, event)]
        zones = scene.zones_of(pack)
        if any(lasts(e.at, rule.days, scene.ask.at, zone, rule.first_day) for e in began for zone in zones):
            yield finding(pack, rule, f"the {rule.days} days after an event of kind {rule.after.event} had not passed")


def _binds(scene: Scene, pack: Pack, rule: Cooldown) -> bool:
    ask = scene.ask
    if ask.channel not in rule.blocks.channels or ask.party not in rule.blocks.parties:
        return False
    return not held_any(scene, pack, rule.ignore_while, ask, scene.contacts)


def _begins(scene: Scene, rule: Cooldown, event: PastContact) -> bool:
    after, ask = rule.after, scene.ask
    if event.outcome is not after.event or event.direction not in after.directions:
        return False
    if event.channel not in after.channels:
        return False
    if rule.actors_added == "each" and event.direction is Direction.OUT and event.collector != ask.collector:
        return False
    same_debt = Scope.DEBT not in rule.scope or share_a_debt(ask.debts, event.debts)
    return same_debt and in_scope(rule.scope, ask, event)
