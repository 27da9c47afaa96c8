"""Small packs, questions and records for the gate: each test builds the one rule that it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.compliance.gate import check
from domain.model.contact import ContactAsk, FactKind, NextKind, Outcome, PastContact, PastFact, Record
from domain.model.pack import Pack
from domain.model.strategy import Channel

TAIPEI, NEW_YORK, LOS_ANGELES = "Asia/Taipei", "America/New_York", "America/Los_Angeles"
EVENT, NEVER = NextKind.EVENT, NextKind.NEVER
OUT_OF_TIME = timedelta(microseconds=1)


def rule(id, **says):
    return {"id": id, "source": "s", **says}


def pack(id="xx", *, header=None, parties=None, **says):
    """A pack that lets the debtor be reached, and says what else is given."""
    return Pack.model_validate(
        {
            "pack": {"id": id, "version": 1, "title": id, "valid_from": "2020-01-01", **(header or {})},
            "sources": {"s": {"instrument": "Law", "citation": "art. 1", "status": "design", "force": "law"}},
            "parties": [rule("debtor", reach="free")] if parties is None else parties,
            **says,
        }
    )


def cap(most=1, unit="attempt", *, n=1, kind="rolling_dates", id="cap", scope=("person",), **says):
    period = {"kind": kind, "n": n}
    return rule(
        id, **{"max": most, "unit": unit, "scope": list(scope), "actors_added": "all", "period": period, **says}
    )


def cooldown(days=7, *, event="conversation", blocks=None, scope=("person",), after=None, **says):
    return rule(
        "cool",
        **{
            "after": {"event": event, **(after or {})},
            "days": days,
            "blocks": blocks or {},
            "scope": list(scope),
            "actors_added": "all",
            **says,
        },
    )


def local(text, zone=TAIPEI):
    """The UTC instant of a wall clock time such as 2026-03-02T09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def ask(at="2026-03-03T12:00", channel="call", *, zone=TAIPEI, **says):
    return ContactAsk(channel=Channel(channel), at=local(at, zone), **says)


def contact(at, outcome="no_answer", channel="call", *, zone=TAIPEI, **says):
    return PastContact(at=local(at, zone), channel=Channel(channel), outcome=Outcome(outcome), **says)


def fact(at, kind, name="", *, zone=TAIPEI, until=None, **says):
    until = None if until is None else local(until, zone)
    return PastFact(at=local(at, zone), kind=FactKind(kind), name=name, until=until, **says)


def record(*entries, zones=(TAIPEI,)):
    return Record(
        zones=zones,
        contacts=tuple(e for e in entries if isinstance(e, PastContact)),
        facts=tuple(e for e in entries if isinstance(e, PastFact)),
    )


def verdict(question, on_record=None, *packs):
    return check(question, record() if on_record is None else on_record, packs)


def answer(question, on_record, *packs, zone=TAIPEI):
    """``allow``, ``event``, ``never``, or the wall clock time of the next instant."""
    found = verdict(question, on_record, *packs)
    if found.allowed:
        return "allow"
    if found.next_at is None:
        return str(found.next)
    return found.next_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="minutes")
