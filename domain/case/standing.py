"""Standing: the permits of a case and the person's record, as the step that is being decided leaves them so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from domain.case.draft import Draft
from domain.model.contact import Outcome, PastContact, Record
from domain.model.entries import ClosePermit, GivePermit, KeepContact
from domain.model.permits import KnownPermit, PermitState


def permits_of(draft: Draft) -> dict[str, KnownPermit]:
    """By id: what the ledger has, what became of it by the clock, and what this step gave, closed and heard."""
    found = {permit.given.permit_id: _by_the_clock(permit, draft.at) for permit in draft.facts.permits}
    for entry in draft.entries:
        match entry:
            case GivePermit():
                found[entry.given.permit_id] = _given(entry, draft)
            case ClosePermit():
                found[entry.permit_id] = _closed(found[entry.permit_id], entry, draft.at)
            case KeepContact() if entry.contact_id in found:
                found[entry.contact_id] = _reported(found[entry.contact_id], entry)
            case _:
                pass
    return found


def record_of(draft: Draft, besides: str = "") -> Record:
    """What is on record, with what this step did; ``besides``: a permit that must not count against itself.

    A contact that a lost run of this step stored is on record already.
    """
    permits, record, kept = permits_of(draft), draft.facts.record, draft.facts.kept_contacts
    contacts = list(record.contacts)
    for permit in draft.facts.permits:
        # What is cancelled is not among them: a contact that is alike is another one, and counts.
        if permit.state is not PermitState.CANCELLED and permit.contact in contacts:
            contacts.remove(permit.contact)
    contacts += [
        permit.contact
        for permit_id, permit in permits.items()
        if permit_id != besides and permit.state is not PermitState.CANCELLED
    ]
    contacts += [
        entry.report.made(draft.facts.account.account_id)
        for entry in draft.entries
        if isinstance(entry, KeepContact) and entry.contact_id not in permits and entry.contact_id not in kept
    ]
    return replace(record, contacts=tuple(contacts))


def _by_the_clock(permit: KnownPermit, at: datetime) -> KnownPermit:
    return _expired(permit) if permit.state is PermitState.OPEN and permit.given.expires_at <= at else permit


def _expired(permit: KnownPermit) -> KnownPermit:
    contact = replace(permit.contact, outcome=Outcome.UNREPORTED)
    return permit.model_copy(update={"state": PermitState.EXPIRED, "contact": contact})


def _given(entry: GivePermit, draft: Draft) -> KnownPermit:
    contact = PastContact.pending(entry.request.ask(draft.facts.account.account_id, entry.given.valid_from))
    return KnownPermit(given=entry.given, state=PermitState.OPEN, contact=contact, issued_at=draft.at)


def _closed(permit: KnownPermit, entry: ClosePermit, at: datetime) -> KnownPermit:
    match entry.how:
        case "expired":
            return _expired(permit)
        case "taken_back":
            return _expired(permit).model_copy(update={"cancelled_at": at})
        case "cancelled":  # one that was taken back and is given back now was over from the first on
            over = {"state": PermitState.CANCELLED, "cancelled_at": permit.cancelled_at or at}
            return permit.model_copy(update=over)
        case _:
            assert_never(entry.how)


def _reported(permit: KnownPermit, entry: KeepContact) -> KnownPermit:
    made = replace(entry.report.made(""), debts=permit.contact.debts)
    told = {"state": PermitState.REPORTED, "contact": made, "cancelled_at": None, "breach": entry.breach}
    return permit.model_copy(update=told)
