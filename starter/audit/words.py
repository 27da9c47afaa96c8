"""What the ledger has, in the auditor's own words."""

from __future__ import annotations

from domain.audit.told import KeptContact, KeptMessage, KeptPoint
from ledger.accounts import ContactPoint
from ledger.audited import AuditedMessage
from ledger.contacts import Contact


def contact_of(contact: Contact) -> KeptContact:
    return KeptContact(
        contact_id=contact.contact_id,
        person_id=contact.person_id,
        made=contact.made,
        purpose=contact.purpose,
        notice=contact.notice,
        case_id=contact.case_id,
        permit_id=contact.permit_id,
        breach=contact.breach,
        is_cancelled=contact.cancelled_at is not None,
    )


def message_of(message: AuditedMessage) -> KeptMessage:
    return KeptMessage(
        key=message.key,
        case_id=message.case_id,
        account_id=message.account_id,
        person_id=message.person_id,
        channel=message.channel,
        party=message.party,
        address=message.contact_point_id,
        purpose=message.purpose,
        notice=message.legal_notice,
        state=message.state,
        at=message.intent_at,
        content=message.content_digest,
    )


def point_of(point: ContactPoint) -> KeptPoint:
    return KeptPoint(point.contact_point_id, point.channel, point.party, point.party_id, point.place)
