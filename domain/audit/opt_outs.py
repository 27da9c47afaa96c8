"""Opt-outs: messages that the customer had stopped."""

from __future__ import annotations

from collections.abc import Iterator

from domain.audit.scene import Finding, Scene, finding
from domain.model.contact import Direction, FactKind, PastFact, Purpose
from domain.model.pack import OptOut, Pack
from domain.model.strategy import Channel


def heard(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Opt-outs that stood against this contact."""
    for rule in pack.opt_outs:
        if scene.ask.channel not in rule.channels:
            continue
        for fact in scene.facts_of(FactKind.OPT_OUT):
            if _stands(scene, fact) and _covers(scene, rule, fact) and not _passes(scene, rule, fact):
                yield finding(pack, rule, "the customer had opted out")


def _said_of(fact: PastFact) -> tuple[str, str]:
    """What the customer spoke of: an address, else a channel, else everything."""
    if fact.address is not None:
        return "address", fact.address
    if fact.channel is not None:
        return "channel", fact.channel
    return "all", ""


def _stands(scene: Scene, fact: PastFact) -> bool:
    taken_back = [back for back in scene.facts_of(FactKind.OPT_IN) if back.at > fact.at]
    return all(_said_of(back) != _said_of(fact) for back in taken_back)


def _covers(scene: Scene, rule: OptOut, fact: PastFact) -> bool:
    """The rule may widen what the customer said, never narrow it."""
    width, _ = _said_of(fact)
    same_channel = fact.channel in (None, scene.ask.channel)
    if "all" in (width, rule.scope):
        return True
    if "channel" in (width, rule.scope):
        return same_channel
    return scene.ask.address == fact.address or (scene.ask.address is None and same_channel)


def _passes(scene: Scene, rule: OptOut, fact: PastFact) -> bool:
    """One confirmation that the opt-out was heard, and letters that the law requires."""
    if scene.ask.purpose is Purpose.LEGAL_NOTICE:
        return scene.ask.channel is Channel.LETTER
    if scene.ask.purpose is not Purpose.CONFIRM_OPT_OUT or rule.confirmations_allowed == 0:
        return False
    address = fact.address or scene.ask.address
    after = [c for c in scene.contacts if c.direction is Direction.OUT and c.at > fact.at]
    return not any(address is None or contact.address in (None, address) for contact in after)
