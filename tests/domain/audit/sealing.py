"""Words for what the ledger keeps and what the chain tells of it, in one line each; times are minutes after ten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.audit.seals import Seal
from domain.audit.told import KeptContact, KeptMessage, KeptPermit, KeptPoint
from domain.model.contact import Direction, Outcome, Party, PastContact, Place, Purpose
from domain.model.facts import MessageState
from domain.model.permits import PermitState
from domain.model.strategy import Channel

TEN = datetime(2026, 3, 3, 10, tzinfo=UTC)
KEY, CASE = "a1/1/first/1", "a1/1"


def at(minutes: int) -> datetime:
    return TEN + timedelta(minutes=minutes)


def message(**more: Any) -> KeptMessage:
    said = {
        "key": KEY,
        "case_id": CASE,
        "account_id": "a1",
        "person_id": "p1",
        "channel": Channel.SMS,
        "party": Party.DEBTOR,
        "address": "n1",
        "purpose": Purpose.COLLECT,
        "notice": None,
        "state": MessageState.SENT,
        "at": TEN,
        "content": "words",
    }
    return KeptMessage(**said | more)


def contact(contact_id: str = KEY, *, made: dict[str, Any] | None = None, **more: Any) -> KeptContact:
    """The contact of the message, or another one."""
    past = {
        "at": TEN,
        "channel": Channel.SMS,
        "outcome": Outcome.DELIVERED,
        "address": "n1",
        "debts": ("a1",),
    } | (made or {})
    return KeptContact(contact_id, "p1", PastContact(**past), **{"case_id": CASE} | more)


def called(outcome: Outcome = Outcome.BUSY, minutes: int = 0, **more: Any) -> PastContact:
    return PastContact(at(minutes), Channel.CALL, outcome, **more)


def point(**more: Any) -> dict[str, KeptPoint]:
    said = {"channel": Channel.SMS, "party": Party.DEBTOR, "party_id": None, "place": Place.HOME}
    return {"n1": KeptPoint("n1", **said | more)}


def permit(**more: Any) -> KeptPermit:
    said = {"issued_at": at(-5), "valid_from": at(-5), "expires_at": at(60), "state": PermitState.REPORTED}
    return KeptPermit("r1", **said | more)


def seal(kind: str, number: int = 1, minutes: int = 0, /, **body: Any) -> Seal:
    return Seal(CASE, number, kind, at(minutes), body)


def intended(number: int = 1, kind: str = "notice_intended", **more: Any) -> Seal:
    said = {
        "key": KEY,
        "person_id": "p1",
        "contact_at": TEN.isoformat(),
        "channel": "sms",
        "actor": "creditor",
        "collector": "bank",
        "party": "debtor",
        "party_id": None,
        "place": "home",
        "contact_point_id": "n1",
        "purpose": "collect",
        "content": "words",
    }
    return Seal(CASE, number, kind, more.pop("at", TEN), said | more)


def given(number: int = 1, **more: Any) -> Seal:
    said = {
        "permit": "r1",
        "channel": "call",
        "party": "debtor",
        "party_id": None,
        "actor": "creditor",
        "collector": "bank",
        "address_id": None,
        "valid_from": at(-5).isoformat(),
        "expires_at": at(60).isoformat(),
    }
    return Seal(CASE, number, "permit_given", at(-5), said | more)


def reported(number: int = 2, contact_id: str = "r1", minutes: int = 0, **more: Any) -> Seal:
    said = {
        "contact": contact_id,
        "channel": "call",
        "party": "debtor",
        "party_id": None,
        "actor": "creditor",
        "collector": "bank",
        "address_id": None,
        "direction": Direction.OUT.value,
        "outcome": "busy",
        "made_at": at(minutes).isoformat(),
        "breach": None,
    }
    return Seal(CASE, number, "contact_reported", at(minutes), said | more)
