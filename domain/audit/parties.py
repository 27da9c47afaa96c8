"""Parties: whether this party might be reached at all."""

from __future__ import annotations

from collections.abc import Iterator

from domain.audit.consents import held_any
from domain.audit.events import is_of
from domain.audit.predicates import is_true
from domain.audit.scene import Finding, Scene, finding, same_person
from domain.model.contact import Direction, FactKind
from domain.model.pack import CapUnit, Pack, PartyRule


def unnamed(scene: Scene) -> Iterator[Finding]:
    """A party is not reached when no pack that binds who made the contact names it."""
    if all(rule.id is not scene.ask.party for pack in scene.binding for rule in pack.parties):
        yield Finding("gate.party", "design", f"no pack names the party {scene.ask.party}")


def closed(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """What the pack says against this party."""
    for rule in pack.parties:
        if rule.id is scene.ask.party:
            yield from (finding(pack, rule, why) for why in _objections(scene, pack, rule))


def _objections(scene: Scene, pack: Pack, rule: PartyRule) -> Iterator[str]:
    if rule.reach == "never" or rule.content == "none":
        yield f"the party {rule.id} is never to be reached"
    if rule.condition is not None and not _condition_holds(scene, pack, rule.condition):
        yield f"the condition {rule.condition} for reaching the party {rule.id} was not met"
    if rule.max_contacts is not None and _reached(scene) >= rule.max_contacts:
        yield f"the party {rule.id} had been reached {rule.max_contacts} times"
    if rule.stop_on_refusal and any(same_person(scene.ask, fact) for fact in scene.facts_of(FactKind.REFUSAL)):
        yield f"the party {rule.id} had asked not to be contacted"


def _condition_holds(scene: Scene, pack: Pack, name: str) -> bool:
    """The condition names a predicate of the pack, or a consent of it about third parties."""
    if any(is_true(scene, pack, predicate) for predicate in pack.predicates if predicate.id == name):
        return True
    consents = tuple(c.id for c in pack.consents if c.id == name and c.grants == "third_party")
    return held_any(scene, pack, consents, scene.ask, scene.contacts)


def _reached(scene: Scene) -> int:
    ours = [c for c in scene.contacts if c.direction is Direction.OUT and same_person(scene.ask, c)]
    return sum(1 for contact in ours if is_of(CapUnit.CONNECTED, contact))
