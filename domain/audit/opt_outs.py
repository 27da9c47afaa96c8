"""Opt-outs: what the customer had stopped."""

from __future__ import annotations

from collections.abc import Iterator

from domain.audit.scene import Finding, Scene, finding, same_person
from domain.model.contact import ContactAsk, Direction, FactKind, PastFact, Purpose
from domain.model.pack import OptOut, Pack
from domain.model.strategy import Channel


def heard(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Opt-outs that stood against this contact."""
    for rule in pack.opt_outs:
        if scene.ask.channel not in rule.channels:
            continue
        for fact in scene.facts_of(FactKind.OPT_OUT):
            if _stands(scene, fact) and _covers(scene.ask, rule, fact) and not _passes(scene, rule, fact):
                yield finding(pack, rule, "the customer had opted out")


def _scope(fact: PastFact) -> tuple[str | None, ...]:
    return fact.channel, fact.address, fact.party, fact.party_id


def _stands(scene: Scene, fact: PastFact) -> bool:
    return all(_scope(back) != _scope(fact) for back in scene.facts_after(fact, FactKind.OPT_IN))


def _covers(ask: ContactAsk, rule: OptOut, fact: PastFact) -> bool:
    """An address that was named is closed for whomever; a channel, or everything, for who said so."""
    return _closes_address(ask, rule, fact) or (same_person(ask, fact) and _closes_channel(ask, rule, fact))


def _closes_address(ask: ContactAsk, rule: OptOut, fact: PastFact) -> bool:
    """A stop of texts to a number is heard by the rule about messages, not by the one about calls."""
    if fact.address is None or fact.channel not in (None, *rule.channels):
        return False
    may_be_it = ask.address is None and fact.channel in (None, ask.channel)
    return ask.address == fact.address or may_be_it


def _closes_channel(ask: ContactAsk, rule: OptOut, fact: PastFact) -> bool:
    """The rule may widen what the customer said, never narrow it."""
    if fact.address is not None and rule.scope == "address":
        return False
    return rule.scope == "all" or fact.channel in (None, ask.channel)


def _passes(scene: Scene, rule: OptOut, fact: PastFact) -> bool:
    """One confirmation that the opt-out was heard, and letters that the law requires."""
    if scene.ask.purpose is Purpose.LEGAL_NOTICE:
        return scene.ask.channel is Channel.LETTER
    if scene.ask.purpose is not Purpose.CONFIRM_OPT_OUT or rule.confirmations_allowed == 0:
        return False
    if fact.address is not None and scene.ask.address not in (None, fact.address):
        return False  # it is confirmed to the address that it names, and to no other
    address = fact.address or scene.ask.address
    after = [c for c in scene.contacts if c.direction is Direction.OUT and c.at > fact.at]
    return not any(address is None or contact.address in (None, address) for contact in after)
