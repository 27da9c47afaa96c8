"""Representatives: who may speak for a customer, about what, and how far the check of their authority has come."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import assert_never

from pydantic import AwareDatetime, Field, model_validator

from domain.model.base import Model
from domain.model.contact import Party
from domain.model.names import Code, RuleId
from domain.model.strategy import Channel

AUTHORITY: RuleId = "authority"
"""The consent of the rule packs that a checked authority for contact is: it opens the door to its party alone."""
PROPOSING: RuleId = "authority_to_propose"
"""A checked authority for proposals, on record like a consent; no rule about contact asks for it."""


class RepresentativeKind(StrEnum):
    """In which capacity somebody speaks for the customer."""

    GUARDIAN = "guardian"
    """Put in the customer's place by a court or by law: nobody else is asked."""
    ATTORNEY = "attorney"
    """A lawyer who represents the customer."""
    DEBT_ADVISER = "debt_adviser"
    """A debt adviser, or an agency of the customer's."""
    RELATIVE = "relative"
    """A relative or friend to whom the customer gave authority; the customer may be asked as well."""

    @property
    def party(self) -> Party:
        """Whom the rule packs know them as."""
        match self:
            case RepresentativeKind.GUARDIAN:
                return Party.GUARDIAN
            case RepresentativeKind.ATTORNEY:
                return Party.ATTORNEY
            case RepresentativeKind.DEBT_ADVISER:
                return Party.AGENCY_OF_DEBTOR
            case RepresentativeKind.RELATIVE:
                return Party.AUTHORISED_PERSON
            case _:
                assert_never(self)

    @property
    def hold(self) -> RuleId | None:
        """The rule packs' hold that closes contact with the customer meanwhile; None: the customer may be asked too."""
        match self:
            case RepresentativeKind.GUARDIAN:
                return "guardian_appointed"
            case RepresentativeKind.ATTORNEY | RepresentativeKind.DEBT_ADVISER:
                return "attorney_represented"
            case RepresentativeKind.RELATIVE:
                return None
            case _:
                assert_never(self)


REPRESENTATIVES = frozenset(kind.party for kind in RepresentativeKind)
"""Whom the rule packs know as speaking for the customer."""


class MayDo(StrEnum):
    """What a representative may do for the customer."""

    CONTACT = "contact"
    """Be written and spoken to about the debt."""
    PROPOSALS = "proposals"
    """Propose and agree what the customer pays: what they say is the customer's word."""
    PAYMENTS = "payments"
    """Pay. No rule asks for it: it is kept for people."""


class RepresentativeState(StrEnum):
    """How far an authority has come."""

    ASKED = "asked"
    """Somebody says so: nothing is told to them yet."""
    CHECKED = "checked"
    """A second person has checked the evidence: it counts within its days."""
    ENDED = "ended"
    """It counts no more."""


class Representative(Model):
    """One authority, as it was entered: codes and days only."""

    representative_id: Code
    person_id: str
    """The customer."""
    kind: RepresentativeKind
    party_id: Code
    """Code of who represents, as their contact points name them."""
    accounts: tuple[str, ...] = ()
    """Ids of the accounts that it is about; none: all of the customer's."""
    may_do: tuple[MayDo, ...] = Field(min_length=1)
    evidence: Code
    """Reference of the document or recording that shows it."""
    evidence_channel: Channel
    """How the evidence came."""
    from_on: date
    """The first day on which it counts."""
    until_on: date | None = None
    """The first day on which it counts no more; None: until somebody ends it."""

    @model_validator(mode="after")
    def _has_a_day(self) -> Representative:
        if self.until_on is not None and self.until_on <= self.from_on:
            raise ValueError(f"it ends on {self.until_on}, before its first day {self.from_on} is over")
        return self


class KnownRepresentative(Model):
    """An authority, with who entered, checked and ended it."""

    representative: Representative
    asked_by: str
    asked_at: AwareDatetime
    checked_by: str | None = None
    checked_at: AwareDatetime | None = None
    ended_by: str | None = None
    ended_at: AwareDatetime | None = None
    reason: str | None = None
    """Code of why it was ended."""

    @property
    def state(self) -> RepresentativeState:
        """How far it has come; its days are another matter."""
        if self.ended_at is not None:
            return RepresentativeState.ENDED
        return RepresentativeState.ASKED if self.checked_at is None else RepresentativeState.CHECKED
