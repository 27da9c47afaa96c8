"""`duecourse contact show`: the permits that are open for a customer, and the last contacts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from domain.calendar import zone_of
from ledger import accounts, contacts, permits
from ledger.contacts import Contact
from ledger.permits import Permit
from starter.cli.operators import opened, print_table
from starter.cli.options import AccountArgument, JsonOption

_LAST = 20
"""How many contacts are shown."""


def show(account: AccountArgument, as_json: JsonOption = False) -> None:
    """The open permits of the account's person and the last contacts with them, on all their accounts."""
    with opened().read() as conn:
        person_id, zone = accounts.person_of(conn, account), accounts.get_account(conn, account).zone
        still_open = permits.open_of(conn, person_id, datetime.now(UTC))
        last = [contact for contact in contacts.of_person(conn, person_id) if contact.cancelled_at is None][-_LAST:]
    if as_json:
        told = {"permits": [_permit(each) for each in still_open], "contacts": [_contact(each) for each in last]}
        print(json.dumps(told, indent=2))
        return
    rows = [(p.permit_id, *_who(p.contact), _wall(p.valid_from, zone), _wall(p.expires_at, zone)) for p in still_open]
    print_table(("permit", "channel", "party", "collector", "from", "until"), rows, "no permit is open")
    print()
    print_table(
        ("contact", "channel", "party", "collector", "made", "direction", "outcome", "breach"),
        list(_lines(last, zone)),
        "no contact on record",
    )


def _lines(last: Sequence[Contact], zone: str) -> Iterator[tuple[str, ...]]:
    for contact in last:
        made = contact.made
        told = (_wall(made.at, zone), made.direction, made.outcome, contact.breach or "")
        yield (contact.contact_id, *_who(contact), *told)


def _who(contact: Contact) -> tuple[str, str, str]:
    return contact.made.channel, contact.made.party, contact.made.collector


def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"


def _permit(permit: Permit) -> dict[str, object]:
    return {
        "permit": permit.permit_id,
        "case": permit.contact.case_id,
        "channel": permit.contact.made.channel.value,
        "party": permit.contact.made.party.value,
        "collector": permit.contact.made.collector,
        "valid_from": permit.valid_from.isoformat(),
        "expires_at": permit.expires_at.isoformat(),
        "conditions": list(permit.conditions),
    }


def _contact(contact: Contact) -> dict[str, object]:
    made = contact.made
    return {
        "contact": contact.contact_id,
        "case": contact.case_id,
        "permit": contact.permit_id,
        "channel": made.channel.value,
        "party": made.party.value,
        "collector": made.collector,
        "made_at": made.at.isoformat(),
        "direction": made.direction.value,
        "outcome": made.outcome.value,
        "breach": contact.breach,
    }
