"""The judge: walks through every rule of every pack and names those that a contact broke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.audit import caps, consents, cooldowns, holds, notices, opt_outs, parties, windows
from domain.audit.scene import Finding, Scene, day_of, scene_of
from domain.model.contact import ContactAsk, Record
from domain.model.pack import Pack

BY_PACK = (
    holds.closed,
    parties.closed,
    notices.missing,
    opt_outs.heard,
    consents.missing,
    windows.closed,
    cooldowns.running,
    caps.full,
)


def breaches(ask: ContactAsk, record: Record, packs: Sequence[Pack]) -> tuple[str, ...]:
    """Ids of the rules that refuse this contact, as the record stood then."""
    return tuple(found.rule for found in findings(ask, record, packs))


def findings(ask: ContactAsk, record: Record, packs: Sequence[Pack]) -> tuple[Finding, ...]:
    """The rules that this contact broke, each once."""
    scene = scene_of(ask, record, tuple(packs))
    first: dict[str, Finding] = {}
    for found in _walk(scene):
        first.setdefault(found.rule, found)
    return tuple(first.values())


def _walk(scene: Scene) -> Iterator[Finding]:
    yield from _ground(scene)
    yield from holds.unknown(scene)
    yield from parties.unnamed(scene)
    for judge in BY_PACK:
        for pack in scene.binding:
            yield from judge(scene, pack)


def _ground(scene: Scene) -> Iterator[Finding]:
    """What every other rule stands on: a zone, and packs that still hold."""
    if not scene.zones:
        yield Finding("gate.zone_evidence", "design", "nothing told in which zone the customer was")
    for pack in scene.binding:
        last = pack.pack.valid_to
        if last is not None and any(day_of(scene.ask.at, zone) > last for zone in scene.zones_of(pack)):
            yield Finding(f"{pack.id}.expired", "design", f"the pack held until {last} only")
