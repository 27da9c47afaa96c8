"""Events: what a past contact counts as, and for which question it counts."""

from __future__ import annotations

from domain.audit.scene import same_person
from domain.model.contact import ContactAsk, Outcome, PastContact
from domain.model.pack import CapUnit, Scope
from domain.model.strategy import Channel

NOT_CONNECTED = {Outcome.BUSY, Outcome.NOT_IN_SERVICE, Outcome.FAILED}
REACHED = {Outcome.CONVERSATION, Outcome.DROPPED, Outcome.VOICEMAIL, Outcome.DELIVERED}
MESSAGES = {Channel.SMS, Channel.EMAIL, Channel.IM, Channel.LETTER, Channel.FILE}


def is_of(unit: CapUnit, contact: PastContact) -> bool:
    """Whether the contact is one of these; what nobody told of yet, or in time, counts whatever became of it."""
    pending = contact.outcome in (Outcome.PENDING, Outcome.UNREPORTED)
    if unit is CapUnit.ATTEMPT:
        return True
    if unit is CapUnit.CONNECTED:
        return contact.outcome not in NOT_CONNECTED
    if unit is CapUnit.CONVERSATION:
        return pending or contact.outcome is Outcome.CONVERSATION
    if unit is CapUnit.CONTACT:
        return pending or contact.outcome in REACHED
    if unit is CapUnit.MESSAGE:
        return contact.channel in MESSAGES and contact.outcome is not Outcome.FAILED
    return contact.channel is Channel.VISIT


def in_scope(scopes: tuple[Scope, ...], ask: ContactAsk, event: PastContact) -> bool:
    """Whether all that the rule compares, besides debts, is the same."""
    if Scope.PERSON in scopes and not same_person(ask, event):
        return False
    if Scope.DEBT_PARTY in scopes and ask.party is not event.party:
        return False
    if Scope.CHANNEL in scopes and ask.channel is not event.channel:
        return False
    return Scope.NUMBER not in scopes or ask.address == event.address or None in (ask.address, event.address)
