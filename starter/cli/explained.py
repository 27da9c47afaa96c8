"""The gate's answer for a real case, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.calendar import local_day, local_time
from domain.model.contact import Actor, ContactAsk, NextKind, Refusal
from starter.clock import shown
from starter.explaining import Explained

_LIFTED = {
    NextKind.EVENT: "not before something happens that lifts it",
    NextKind.NEVER: "never: nothing lifts it",
}


def in_words(found: Explained, zone: str) -> Iterator[str]:
    """The answer first, then each rule with its reason and source, then what the contact must keep to."""
    ask, verdict = found.ask, found.verdict
    what = f"{_actor(ask)} to {ask.party.replace('_', ' ')} by {ask.channel}"
    yield f"{what}, {_clock(ask.at, zone)}: {'allowed' if verdict.allowed else 'not allowed'}"
    if not verdict.allowed:
        yield f"Allowed again: {_lifted(verdict.next, verdict.next_at, zone)}"
    for refusal in verdict.refusals:
        yield from _refusal(refusal, zone)
    for rule in verdict.conditions:
        yield f"  must keep to: {rule}"
    yield f"Rules: {found.rules.name} v{found.rules.version} ({', '.join(pack.id for pack in found.rules.packs)})"
    zones = ", ".join(found.record.zones) or "none known"
    record = f"{len(found.record.contacts)} contacts, {len(found.record.facts)} facts about the person"
    yield f"On record: {record}; zones: {zones}"


def _actor(ask: ContactAsk) -> str:
    """The bank is one; of all others it is told which."""
    name = ask.actor.replace("_", " ")
    return name if ask.actor is Actor.CREDITOR else f"{name} {ask.collector}"


def _refusal(refusal: Refusal, zone: str) -> Iterator[str]:
    yield f"  {refusal.rule}: {refusal.why}"
    yield f"    {refusal.source}; allowed again: {_lifted(refusal.next, refusal.next_at, zone)}"


def _lifted(kind: NextKind | None, at: datetime | None, zone: str) -> str:
    return _clock(at, zone) if at is not None else _LIFTED[kind or NextKind.EVENT]


def _clock(at: datetime, zone: str) -> str:
    return f"{local_day(at, zone)} at {shown(local_time(at, zone))} {zone}"


def answer_as_json(found: Explained) -> dict[str, object]:
    """The same for programs; instants in UTC."""
    verdict = found.verdict
    return {
        "allowed": verdict.allowed,
        "next": verdict.next.value if verdict.next else None,
        "next_at": verdict.next_at.isoformat() if verdict.next_at else None,
        "refused_by": [
            {
                "rule": refusal.rule,
                "source": refusal.source,
                "why": refusal.why,
                "next": refusal.next.value,
                "next_at": refusal.next_at.isoformat() if refusal.next_at else None,
            }
            for refusal in verdict.refusals
        ],
        "conditions": list(verdict.conditions),
        "rules": f"{found.rules.name} v{found.rules.version}",
        "zones": list(found.record.zones),
        "asked": {
            "account": found.ask.debts[0],
            "at": found.ask.at.isoformat(),
            "channel": found.ask.channel.value,
            "party": found.ask.party.value,
            "actor": found.ask.actor.value,
            "collector": found.ask.collector,
        },
    }
