"""What the ledger says, as the auditor reads it: cases, messages, contacts, points, permits, stops, and policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.model.contact import Party, PastContact, Place, Purpose
from domain.model.facts import MessageState
from domain.model.permits import PermitState
from domain.model.stops import StopKind
from domain.model.strategy import Channel


@dataclass(frozen=True, slots=True)
class KeptCase:
    """How far a case came."""

    case_id: str
    step_no: int
    as_of: datetime | None
    """Business time of its last step."""
    stage: str
    outcome: str | None = None
    """How it ended."""


@dataclass(frozen=True, slots=True)
class KeptContact:
    """A contact on record."""

    contact_id: str
    """The key of the message, the id of the permit, or an id of its own."""
    person_id: str
    made: PastContact
    purpose: Purpose = Purpose.COLLECT
    notice: str | None = None
    """Id of the notice that it was, where a pack has a rule about it."""
    case_id: str | None = None
    permit_id: str | None = None
    breach: str | None = None
    """What was wrong with it when it was reported."""
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message of this system."""

    key: str
    case_id: str
    account_id: str
    person_id: str
    channel: Channel
    party: Party
    address: str | None
    """Id of the contact point."""
    purpose: Purpose
    notice: str | None
    state: MessageState
    at: datetime
    """The instant of its intent."""
    content: str | None
    """SHA-256 of its words."""


@dataclass(frozen=True, slots=True)
class KeptPoint:
    """A place where a person, or another party of theirs, is reached."""

    point_id: str
    channel: Channel
    party: Party
    party_id: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class KeptPermit:
    """Leave for one contact, which is on record under the same id."""

    permit_id: str
    issued_at: datetime
    valid_from: datetime
    """Inclusive."""
    expires_at: datetime
    """Exclusive."""
    state: PermitState


@dataclass(frozen=True, slots=True)
class KeptStop:
    """An emergency stop, and how long it held."""

    stop_id: str
    kind: StopKind
    value: str
    set_at: datetime
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedTold:
    """That the bank's feed was complete until an instant, and since when that was known."""

    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """A version of a strategy, or of rules, that was published."""

    kind: str
    name: str
    version: int
    digest: str
    body: str
    """As stored."""
