"""Missed: what the ledger has of a case and no row of its chain tells of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.audit.chain import ChainFinding, Tampering, gaps
from domain.audit.matching import INTENTS
from domain.audit.permits import CLOSED, GIVEN
from domain.audit.reports import REPORTED
from domain.audit.seals import Seal, by
from domain.audit.told import KeptCase, KeptContact, KeptMessage, KeptPermit
from domain.model.contact import Outcome
from domain.model.facts import MessageState
from domain.model.permits import PermitState

STEP, RESUMED, REFUSED = "step", "episode_resumed", "notice_refused"
_STATES = {
    **dict.fromkeys(INTENTS, MessageState.SENDING),
    **{f"notice_{state}": state for state in MessageState},
}
_TOLD = 5
"""So many things that are missing are named."""
_STEPS = 100
"""So many steps that lie together are counted one by one: a case may say that it took a thousand million."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger has of the person whose case it is."""

    messages: Mapping[str, KeptMessage]
    contacts: Mapping[str, KeptContact]
    permits: Mapping[str, KeptPermit]
    seals: Sequence[Seal]
    """What all chains of the person tell: a report may come to a later case of the account."""


def missing(chain: str, rows: int, missed: Sequence[str]) -> Iterator[ChainFinding]:
    """The finding that rows are gone from the end of a chain of which so many are left."""
    if missed:
        more = f" and {len(missed) - _TOLD} more" if len(missed) > _TOLD else ""
        why = f"at the end: no row tells of {', '.join(missed[:_TOLD])}{more}"
        yield ChainFinding(chain, rows + 1, Tampering.MISSING, why)


def missed(case: KeptCase, seals: Sequence[Seal], kept: Kept) -> Iterator[str]:
    """What the ledger has of the case and no row tells of."""
    yield from _missed_steps(case, seals)
    of_messages = by("key", seals)
    for message in kept.messages.values():
        if message.case_id == case.case_id:
            yield from _missed_of_message(message, of_messages.get(message.key, ()))
    kinds = _kinds_by_subject(kept.seals)
    for contact in kept.contacts.values():
        if contact.case_id == case.case_id and contact.contact_id not in kept.messages:
            permit = kept.permits.get(contact.contact_id)
            yield from _missed_of_contact(contact, permit, kinds.get(contact.contact_id, set()))


def _missed_steps(case: KeptCase, seals: Sequence[Seal]) -> Iterator[str]:
    told = [seal.body.get("step_no") for seal in seals if seal.kind == STEP]
    there = {number for number in told if isinstance(number, int)}
    gone = list(gaps(there, case.step_no))
    for gap in gone:
        yield from (f"step {number}" for number in gap[:_STEPS])
        if more := gap[_STEPS:]:
            yield f"steps {more[0]} to {more[-1]}"
    last = last_step(seals)
    if not gone and last is not None and case.as_of is not None and last.at < case.as_of:
        yield f"what the case did at {case.as_of.isoformat()}"


def _missed_of_message(message: KeptMessage, seals: Sequence[Seal]) -> Iterator[str]:
    if _sealed_state(seals) is not message.state:
        yield f"the message {message.key} as {message.state}"
    elif not any(seal.kind in (*INTENTS, REFUSED) for seal in seals):
        yield f"the intent of the message {message.key}"


def _sealed_state(seals: Sequence[Seal]) -> MessageState | None:
    """How far the message came by its rows: what a report changed stands in the row itself."""
    state = None
    for seal in seals:
        told = seal.text("state") or seal.text("stored") or _STATES.get(seal.kind)
        state = MessageState(told) if told in set(MessageState) else state
    return state


def _kinds_by_subject(seals: Sequence[Seal]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in ("key", "permit", "contact"):
        for subject, told in by(name, seals).items():
            found.setdefault(subject, set()).update(seal.kind for seal in told)
    return found


def _missed_of_contact(contact: KeptContact, permit: KeptPermit | None, kinds: set[str]) -> Iterator[str]:
    name = contact.contact_id
    if permit is None:
        yield from () if kinds else (f"the contact {name}",)
        return
    if GIVEN not in kinds:
        yield f"the permit {name}"
    was_reported = contact.made.outcome not in (Outcome.PENDING, Outcome.UNREPORTED)
    if was_reported and REPORTED not in kinds:
        yield f"the report about {name}"
    if not was_reported and permit.state is not PermitState.OPEN and CLOSED not in kinds:
        yield f"the end of the permit {name}"


def last_step(seals: Sequence[Seal]) -> Seal | None:
    return next((seal for seal in reversed(seals) if seal.kind in (STEP, RESUMED)), None)
