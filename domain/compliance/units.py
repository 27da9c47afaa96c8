"""What each unit counts."""

from __future__ import annotations

from domain.model.contact import Outcome, PastContact
from domain.model.pack import CapUnit
from domain.model.strategy import Channel

MESSAGES = frozenset({Channel.SMS, Channel.EMAIL, Channel.IM, Channel.LETTER, Channel.FILE})
REACHED = frozenset({Outcome.CONVERSATION, Outcome.DROPPED, Outcome.VOICEMAIL, Outcome.DELIVERED})
_NOT_TOLD = frozenset({Outcome.PENDING, Outcome.UNREPORTED})
"""What may have been anything: a contact that nobody told of holds its place in every cap."""
_OUTCOMES = {
    CapUnit.ATTEMPT: frozenset(Outcome),
    CapUnit.CONNECTED: frozenset(Outcome) - {Outcome.BUSY, Outcome.NOT_IN_SERVICE, Outcome.FAILED},
    CapUnit.CONVERSATION: _NOT_TOLD | {Outcome.CONVERSATION},
    CapUnit.CONTACT: REACHED | _NOT_TOLD,
    CapUnit.MESSAGE: frozenset(Outcome) - {Outcome.FAILED},
    CapUnit.VISIT: frozenset(Outcome),
}
_CHANNELS = {CapUnit.MESSAGE: MESSAGES, CapUnit.VISIT: frozenset({Channel.VISIT})}
_ANY = frozenset(Channel)


def counts(unit: CapUnit, contact: PastContact) -> bool:
    """Whether the contact is one of the unit; what is not told may be any outcome, but not another channel."""
    return contact.outcome in _OUTCOMES[unit] and contact.channel in _CHANNELS.get(unit, _ANY)


def outcomes_of(unit: CapUnit, without: tuple[Outcome, ...]) -> frozenset[Outcome]:
    """The outcomes that count; what is pending counts whatever is left out."""
    return (_OUTCOMES[unit] - frozenset(without)) | {Outcome.PENDING}


def channels_of(unit: CapUnit, channels: tuple[Channel, ...]) -> frozenset[Channel]:
    """The channels on which a contact may be one of the unit."""
    return frozenset(channels) & _CHANNELS.get(unit, _ANY)
