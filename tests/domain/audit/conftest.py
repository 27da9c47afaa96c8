"""Words to say a contact, a record and a pack in one line each; clock times are in Shanghai unless said otherwise."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.audit.judge import breaches
from domain.model.contact import ContactAsk, FactKind, Outcome, PastContact, PastFact, Record
from domain.model.pack import Pack
from domain.model.strategy import Channel

SHANGHAI = "Asia/Shanghai"


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def ask(when: str = "2026-03-03T10:00", channel: str = "call", zone: str = SHANGHAI, **more: Any) -> ContactAsk:
    return ContactAsk(channel=Channel(channel), at=at(when, zone), **more)


def call(
    when: str, outcome: str = "no_answer", channel: str = "call", zone: str = SHANGHAI, **more: Any
) -> PastContact:
    return PastContact(at=at(when, zone), channel=Channel(channel), outcome=Outcome(outcome), **more)


def fact(when: str, kind: str, name: str = "", zone: str = SHANGHAI, **more: Any) -> PastFact:
    if "until" in more:
        more["until"] = at(more["until"], zone)
    if "channel" in more:
        more["channel"] = Channel(more["channel"])
    return PastFact(at=at(when, zone), kind=FactKind(kind), name=name, **more)


def record(*what: PastContact | PastFact, zones: tuple[str, ...] = (SHANGHAI,)) -> Record:
    contacts = tuple(item for item in what if isinstance(item, PastContact))
    return Record(zones=zones, contacts=contacts, facts=tuple(item for item in what if isinstance(item, PastFact)))


def pack(name: str = "cn", head: dict[str, Any] | None = None, **sections: Any) -> Pack:
    """A pack that lets the debtor be reached, and these sections; every rule has one source."""
    sections.setdefault("parties", [{"id": "debtor", "reach": "free"}])
    for section, rules in sections.items():
        if isinstance(rules, list):
            sections[section] = [{"source": "law"} | rule for rule in rules]
    law = {"instrument": "The Act", "citation": "s. 1", "status": "P", "force": "law"}
    header = {"id": name, "version": 1, "title": "test", "valid_from": "2020-01-01"} | (head or {})
    return Pack.model_validate({"pack": header, "sources": {"law": law}, **sections})


def judged(question: ContactAsk, packs: Pack | tuple[Pack, ...], *what: Any, **more: Any) -> tuple[str, ...]:
    """Ids of the rules that refuse, by these packs, with this on record."""
    return breaches(question, record(*what, **more), packs if isinstance(packs, tuple) else (packs,))


@pytest.fixture(scope="session")
def w() -> SimpleNamespace:
    return SimpleNamespace(at=at, ask=ask, call=call, fact=fact, record=record, pack=pack, judged=judged)
