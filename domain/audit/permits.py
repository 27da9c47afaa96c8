"""Permits: whether somebody had leave for the contact that was made, by what the chain says was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.audit.scene import Finding
from domain.audit.seals import Seal
from domain.audit.told import KeptContact, KeptPermit
from domain.model.contact import Direction, Outcome, PastContact
from domain.model.permits import PermitState

GIVEN, CLOSED = "permit_given", "permit_closed"
"""Kinds of the rows of a permit."""
_TAKEN = ("taken_back", "cancelled")
"""How a permit is closed under which nothing may be made from then on."""
_PARTS = ("channel", "party", "party_id", "actor", "collector")


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave for one contact, as it was given and taken back."""

    permit_id: str
    issued_at: datetime
    valid_from: datetime
    expires_at: datetime
    asked: Mapping[str, str]
    """What it was asked for, by the names of a contact's parts; what it leaves open is not there."""
    is_cancelled: bool = False
    cancelled_at: datetime | None = None
    """When it was taken or given back, where a row says so."""


def as_given(kept: KeptPermit, seals: Sequence[Seal]) -> Permit:
    """The permit as its rows say it was given and closed; where none does, as the ledger has it."""
    permit = Permit(kept.permit_id, kept.issued_at, kept.valid_from, kept.expires_at, {})
    if (given := _given(seals)) is not None:
        permit = replace(
            permit,
            issued_at=given.at,
            valid_from=given.instant("valid_from") or kept.valid_from,
            expires_at=given.instant("expires_at") or kept.expires_at,
            asked=dict(_asked(given)),
        )
    taken = [seal.at for seal in seals if seal.kind == CLOSED and seal.text("how") in _TAKEN]
    is_cancelled = bool(taken) or kept.state is PermitState.CANCELLED
    return replace(permit, is_cancelled=is_cancelled, cancelled_at=min(taken, default=None))


def breach(contact: PastContact, contact_id: str, permit: Permit | None) -> Finding | None:
    """What was wrong with the leave for a contact that was made; None: it had leave."""
    if permit is None:
        return _found("no_permit", "nobody had permitted the contact")
    if permit.permit_id != contact_id:
        return _found("no_permit", "the permit that it names was given for another contact")
    if (other := next(_others(contact, permit), None)) is not None:
        return _found("no_permit", f"its permit was given for another {other}")
    if _minute(contact.at) < _minute(permit.issued_at):
        return _found("no_permit", "its permit was given after it")
    if _was_over(contact, permit):
        return _found("permit_cancelled", "its permit had been taken or given back")
    if not _minute(permit.valid_from) <= contact.at < permit.expires_at:
        span = f"from {permit.valid_from.isoformat()} until {permit.expires_at.isoformat()}"
        return _found("outside_permit", f"its permit was {span}")
    return None


def changed(kept: KeptPermit, contact: KeptContact, seals: Sequence[Seal]) -> Iterator[str]:
    """In which words a permit, or the contact that waits under it, is not as it was given."""
    permit = as_given(kept, seals)
    for name in ("issued_at", "valid_from", "expires_at"):
        if getattr(kept, name) != getattr(permit, name):
            yield f"its permit's {name} is not as the sealed row says"
    if any(seal.kind == GIVEN and seal.chain != contact.case_id for seal in seals):
        yield "case not as its permit's sealed row says"
    yield from (f"{name} not as its permit's sealed row says" for name in _otherwise(contact, _given(seals)))
    if contact.made.outcome in (Outcome.PENDING, Outcome.UNREPORTED):
        at = () if contact.made.at == permit.valid_from else ("instant",)
        yield from (f"{other} not as its permit's sealed row says" for other in (*at, *_others(contact.made, permit)))
        yield from (f"it {counts}, and nobody reported it" for counts in _as_reported(contact))
        yield from _ended(kept, contact, seals)


def _otherwise(contact: KeptContact, given: Seal | None) -> Iterator[str]:
    """Where and what for the contact is otherwise than its permit's row says: older rows do not tell it.

    No report changes it, so this holds after the report too, which seals what it found.
    """
    has = {"place": contact.made.place, "purpose": contact.purpose, "notice": contact.notice}
    if given is not None:
        yield from (name for name, value in has.items() if name in given.body and given.text(name) != value)


def _as_reported(contact: KeptContact) -> Iterator[str]:
    """What only a report can say of a contact."""
    if contact.made.direction is Direction.IN:
        yield "counts as made by the customer"
    if contact.made.consented is not None:
        yield "counts as made with consent"
    if contact.breach is not None:
        yield "counts as a breach"


def _ended(kept: KeptPermit, contact: KeptContact, seals: Sequence[Seal]) -> Iterator[str]:
    """In which words a permit that nobody reported, or its contact, did not end as the rows say.

    That no row tells of the end of a permit that is over is another finding.
    """
    how = {seal.text("how") for seal in seals if seal.kind == CLOSED}
    state = PermitState.OPEN if not how else PermitState.CANCELLED if "cancelled" in how else PermitState.EXPIRED
    if not how and kept.state is not PermitState.OPEN:
        return
    if kept.state is not state:
        yield f"its permit is {kept.state}, and the sealed rows say {state}"
    if contact.is_cancelled != (state is PermitState.CANCELLED):
        counts = "counts as not made" if contact.is_cancelled else "counts"
        yield f"it {counts}, and its permit is {state} by the sealed rows"
    elif (contact.made.outcome is Outcome.PENDING) != how.isdisjoint({"expired", "taken_back"}):
        yield f"outcome {contact.made.outcome}, and its permit is {state} by the sealed rows"


def _given(seals: Sequence[Seal]) -> Seal | None:
    """A permit is given once: what a later row says of it was put there."""
    return next((seal for seal in seals if seal.kind == GIVEN), None)


def _was_over(contact: PastContact, permit: Permit) -> bool:
    """Of what nobody reported it is not known that it was made after its permit was taken back."""
    if contact.outcome is Outcome.UNREPORTED or not permit.is_cancelled:
        return False
    return permit.cancelled_at is None or permit.cancelled_at <= contact.at


def _asked(seal: Seal) -> Iterator[tuple[str, str]]:
    for part, name in (("address", "address_id"), *((name, name) for name in _PARTS)):
        if (told := seal.text(name)) is not None:
            yield part, told


def _others(contact: PastContact, permit: Permit) -> Iterator[str]:
    """In what the contact is not the one that was asked for."""
    for part, asked in permit.asked.items():
        if getattr(contact, part) != asked:
            yield part


def _found(code: str, why: str) -> Finding:
    return Finding(f"gate.{code}", "design", why)


def _minute(at: datetime) -> datetime:
    """People write minutes."""
    return at.replace(second=0, microsecond=0)
