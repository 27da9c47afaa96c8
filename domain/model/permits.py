"""Permits: leave to make one contact by hand, as it is asked for, given, reported and given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.causes import Cause
from domain.model.contact import (
    COLLECTOR_OF_THE_BANK,
    Actor,
    ContactAsk,
    Direction,
    Outcome,
    Party,
    PastContact,
    Place,
)
from domain.model.names import Code, MessageId, PermitId
from domain.model.strategy import Channel


class PermitState(StrEnum):
    """How far a permit came."""

    OPEN = "open"
    """Given, and not reported yet."""
    REPORTED = "reported"
    """What became of the contact was told."""
    EXPIRED = "expired"
    """Its time went by, or it was taken back within it, without a report; a late one still counts."""
    CANCELLED = "cancelled"
    """Taken back before its time began, or given back unused."""


class Reached(Model):
    """Who makes a contact with whom, and how: codes and ids, never an address."""

    channel: Channel = Channel.CALL
    party: Party = Party.DEBTOR
    party_id: Code | None = None
    """Which person of that kind, where there may be several."""
    address: Code | None = None
    """Id of the contact point; None: not known, and counted as every one."""
    place: Place | None = None
    """None: at home; in a report, where it was permitted."""
    actor: Actor = Actor.CREDITOR
    collector: Code = COLLECTOR_OF_THE_BANK
    """Which bank or agency makes it."""

    def ask(self, account_id: str, at: datetime) -> ContactAsk:
        """The gate's question for it."""
        return ContactAsk(
            channel=self.channel,
            at=at,
            debts=(account_id,),
            actor=self.actor,
            collector=self.collector,
            party=self.party,
            party_id=self.party_id,
            address=self.address,
            place=self.place or Place.HOME,
        )


class RequestContact(Reached):
    """Ask for leave to make one contact: the answer is a permit, or every rule that refuses."""

    kind: Literal["request_contact"] = "request_contact"
    id: MessageId
    place: Place = Place.HOME
    minutes: int = Field(default=120, ge=1, le=1440)
    """For how long the permit is wanted; it ends sooner when the contact would no longer be allowed."""
    day: date | None = None
    """For a list of a day: from the first allowed instant of this local day to the end of that allowed stretch."""


class ReportContact(Reached):
    """Tell what became of a contact, permitted or not, or that the customer called in.

    Where, which person of a kind, and which contact point: what is left out is as it was permitted.
    """

    kind: Literal["report_contact"] = "report_contact"
    id: MessageId
    permit_id: PermitId | None = None
    """The permit under which it was made; without one the contact is stored all the same, as a breach."""
    outcome: Outcome
    made_at: AwareDatetime
    direction: Direction = Direction.OUT
    consented: Code | None = None
    """Id of the consent rule under which it was made, where the caller says so; it must be on file."""
    verified: bool = False
    """Whether it was proved who spoke: the right party, or somebody who may speak for them."""
    cause: Cause | None = None
    """Why the customer is late, where this contact brought it to light."""
    disputed_due_on: tuple[date, ...] = Field(default=(), max_length=12)
    """With the cause ``dispute``: due dates of the disputed obligations; none: the whole debt is disputed."""
    about: Code | None = None
    """With the cause ``dispute``: code of the person or agency whose work it is about; they do not resolve it."""
    recording: Code | None = None
    """Reference of the recording, in the bank's own system."""

    def made(self, account_id: str) -> PastContact:
        """Its place on record."""
        contact = PastContact.pending(self.ask(account_id, self.made_at))
        return replace(contact, outcome=self.outcome, direction=self.direction, consented=self.consented)


class ReturnPermit(Model):
    """Give a permit back unused: its place in every cap is free again."""

    kind: Literal["return_permit"] = "return_permit"
    id: MessageId
    permit_id: PermitId


class PermitGiven(Model):
    """What a permit allows, as its holder must know it."""

    permit_id: str
    valid_from: AwareDatetime
    """Inclusive."""
    expires_at: AwareDatetime
    """Exclusive; unreported by then, it counts as an attempt that connected."""
    conditions: tuple[str, ...] = ()
    """Ids of the rules that the contact must keep to, and of those that warn."""


class KnownPermit(Model):
    """A permit of this case in the ledger."""

    given: PermitGiven
    state: PermitState
    contact: PastContact
    """Its place on record: what is pending, or what was reported."""
    issued_at: AwareDatetime
    cancelled_at: AwareDatetime | None = None
    """When it was taken or given back; None also when its contact was reported in spite of that."""
    breach: str | None = None
    """Code of what was wrong with the contact, where it was reported so."""
