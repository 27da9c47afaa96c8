"""Matching: whether a message's contact on record is the one that was intended, sealed and sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.audit.parts import all_of, differing, differs
from domain.audit.replay import Breach
from domain.audit.seals import Seal
from domain.audit.told import KeptContact, KeptMessage, KeptPoint
from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, Direction, Outcome
from domain.model.facts import MessageState
from domain.model.strategy import Channel

INTENTS = ("notice_intended", "notice_tried_again")
"""Kinds of the rows of a message that is about to leave."""
_MAY_HAVE_LEFT = (MessageState.SENT, MessageState.UNKNOWN)
_OUTCOMES = {
    MessageState.SENDING: Outcome.PENDING,
    MessageState.UNKNOWN: Outcome.PENDING,
    MessageState.SENT: Outcome.DELIVERED,
    MessageState.FAILED: Outcome.FAILED,
}


def judge_message(
    message: KeptMessage, contact: KeptContact | None, points: Mapping[str, KeptPoint] | None, seals: Sequence[Seal]
) -> Iterator[Breach]:
    """Whether the contact of the message is on record, and as it was.

    ``points`` are those of its person (None: nobody knows whose it is); ``seals`` the rows of its case that tell of it,
    in their order. A call on the agents' list reaches nobody and has no contact.
    """
    intents = [seal for seal in seals if seal.kind in INTENTS]
    if _is_call(message, intents):
        yield from () if contact is None else differs(contact, ["a call on the agents' list has none"])
        return
    unasked = _unasked(message, contact, was_intended=bool(intents))
    if unasked is not None:
        yield Breach(message.key, message.at, "gate.unasked", "design", unasked)
    if contact is not None:
        differing = [*_from_message(message, contact), *_from_point(message, contact, points)]
        differing += [] if unasked else _from_state(message, contact)
        yield from differs(contact, [*differing, *_from_intents(message, contact, intents)])


def _is_call(message: KeptMessage, intents: Sequence[Seal]) -> bool:
    """What was sealed as something else only became a call so that nobody asks for its contact."""
    return message.channel is Channel.CALL and all(seal.text("channel") == Channel.CALL for seal in intents)


def _unasked(message: KeptMessage, contact: KeptContact | None, *, was_intended: bool) -> str | None:
    may_have_left = message.state in _MAY_HAVE_LEFT
    if contact is None:
        no_trace = "the message left and no contact on record speaks of it"
        return no_trace if may_have_left or was_intended else None
    if not may_have_left:
        return None
    if contact.is_cancelled:
        return "the message left and its contact counts as not made"
    if contact.made.direction is Direction.IN:
        return "the message left and its contact counts as made by the customer"
    if message.state is MessageState.SENT and contact.made.outcome is Outcome.PENDING:
        return "the message left and its contact counts as not made yet"
    return None


def _from_message(message: KeptMessage, contact: KeptContact) -> Iterator[str]:
    says = {
        "person": message.person_id,
        "case": message.case_id,
        "channel": message.channel,
        "actor": Actor.CREDITOR,
        "collector": COLLECTOR_OF_THE_BANK,
        "party": message.party,
        "contact point": message.address,
        "purpose": message.purpose,
        "notice": message.notice,
        "debts": (message.account_id,),
        "consented": None,
    }
    return differing(all_of(contact), says, "the message")


def _from_point(message: KeptMessage, contact: KeptContact, points: Mapping[str, KeptPoint] | None) -> Iterator[str]:
    if message.address is None or points is None:
        return
    point = points.get(message.address)
    if point is None:
        yield "the contact point is none of this person"
        return
    says = {"channel": point.channel, "party": point.party, "party_id": point.party_id, "place": point.place}
    yield from differing(all_of(contact), says, "the contact point")


def _from_state(message: KeptMessage, contact: KeptContact) -> Iterator[str]:
    """A message that was refused after its intent makes its contact count for nothing."""
    if contact.is_cancelled:
        if message.state is not MessageState.REFUSED:
            yield f"it counts as not made, and the message is {message.state}"
        return
    outcome = _OUTCOMES.get(message.state)
    if contact.made.outcome is not outcome:
        yield f"outcome {contact.made.outcome}, and the message is {message.state}"
    if contact.made.direction is Direction.IN:
        yield "it counts as made by the customer"


def _from_intents(message: KeptMessage, contact: KeptContact, intents: Sequence[Seal]) -> Iterator[str]:
    """The message stands as it was first intended, its contact as it was tried last."""
    if not intents:
        return
    first, last, who = intents[0], intents[-1], "the sealed row"
    message_has = {"intent": message.at, "words": message.content}
    yield from differing(message_has, {"intent": first.at, "words": first.text("content")}, who)
    says: dict[str, object] = {"instant": last.instant("contact_at"), "person": last.text("person_id")}
    says |= {name: last.text(name) for name in ("channel", "actor", "collector", "party", "party_id", "place")}
    says |= {name: last.text(key) for name, key in (("contact point", "contact_point_id"), ("notice", "legal_notice"))}
    yield from differing(all_of(contact), {**says, "purpose": last.text("purpose")}, who)
