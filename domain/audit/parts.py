"""Parts: of what a contact consists, and in which words two tellings of it differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.audit.replay import Breach
from domain.audit.told import KeptContact

_IDS = ("person", "contact point", "debts", "case", "words", "party_id")
"""Of these it is told that they differ, and not how."""


def all_of(contact: KeptContact) -> dict[str, object]:
    """The parts of a contact on record, by their names."""
    made = contact.made
    return {
        "instant": made.at,
        "person": contact.person_id,
        "case": contact.case_id,
        "channel": made.channel,
        "direction": made.direction,
        "actor": made.actor,
        "collector": made.collector,
        "party": made.party,
        "party_id": made.party_id,
        "contact point": made.address,
        "place": made.place,
        "purpose": contact.purpose,
        "notice": contact.notice,
        "debts": made.debts,
        "consented": made.consented,
        "outcome": made.outcome,
        "breach": contact.breach,
    }


def differs(contact: KeptContact, how: Sequence[str]) -> Iterator[Breach]:
    """The breach that a contact is not as it was, where there is something in which it differs."""
    if how:
        why = "the contact on record is not the one that was made: " + "; ".join(dict.fromkeys(how))
        yield Breach(contact.contact_id, contact.made.at, "gate.contact_differs", "design", why)


def differing(has: Mapping[str, object], says: Mapping[str, object], who: str) -> Iterator[str]:
    """In which words two differ."""
    for name, value in says.items():
        if has[name] != value:
            as_told = f"{name} {_told(has[name])}, {who} says {_told(value)}"
            yield f"{name} not as {who} says" if name in _IDS else as_told


def _told(value: object) -> object:
    return "none" if value is None else value
