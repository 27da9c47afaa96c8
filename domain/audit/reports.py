"""Reports: whether a contact on record is the one that a person told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.audit.parts import all_of, differing, differs
from domain.audit.replay import Breach
from domain.audit.seals import Seal
from domain.audit.told import KeptContact

REPORTED = "contact_reported"
"""Kind of the row of what a person told of a contact."""
_NOT_ALWAYS_TOLD = ("consented", "place", "purpose", "notice")


def judge_report(contact: KeptContact, seals: Sequence[Seal]) -> Iterator[Breach]:
    """Whether a contact that was reported is on record as it was told; ``seals``: the rows that tell of it."""
    reports = [seal for seal in seals if seal.kind == REPORTED]
    if reports:
        first, last = reports[0], reports[-1]
        # A bounce is a second report, which tells anew what became of the contact and nothing else.
        says = {"instant": first.instant("made_at"), "breach": first.text("breach"), "outcome": last.text("outcome")}
        says |= {name: first.text(name) for name in ("channel", "direction", "party", "actor", "collector")}
        says |= {name: first.text(name) for name in _NOT_ALWAYS_TOLD if name in first.body}
        # Under a permit it is of the permit's case, whichever case of the account heard the report.
        says |= {} if contact.permit_id else {"case": first.chain}
        has = all_of(contact)
        named = {"party_id": first.text("party_id"), "contact point": first.text("address_id")}
        says |= {name: told for name, told in named.items() if None not in (told, has[name])}
        cancelled = ["it counts as not made, and was reported"] if contact.is_cancelled else []
        yield from differs(contact, [*differing(has, says, "its report"), *cancelled])
