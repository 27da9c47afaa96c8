"""What a case says of disputes: sentences for its timeline and its answers. No personal data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.model.disputes import DisputeOutcome, OpenDispute

OUTCOMES = {
    DisputeOutcome.UPHELD: "upheld",
    DisputeOutcome.PARTLY_UPHELD: "upheld in part",
    DisputeOutcome.NOT_UPHELD: "not upheld",
    DisputeOutcome.WITHDRAWN: "withdrawn",
}
_OVER = {
    "corrected": "the bank's correction of {correction} is in the ledger",
    "released": "a person ended the wait for the correction of {correction}",
}


def what(dispute: OpenDispute) -> str:
    """What is disputed."""
    return f"what fell due on {', '.join(map(str, dispute.due_on))}" if dispute.due_on else "the whole debt"


def opened(dispute: OpenDispute) -> str:
    return f"Dispute {dispute.id} about {what(dispute)}: to be resolved by {dispute.resolve_by}."


def to_be_resolved(dispute: OpenDispute) -> str:
    return f"the dispute {dispute.id} is to be resolved by {dispute.resolve_by}"


def disputed_before(dispute: OpenDispute) -> str:
    return f"this is disputed already, by {dispute.id}"


def not_to_be_asked_for(disputes: Sequence[OpenDispute]) -> str:
    """What who is permitted to call must leave out; nothing where nothing is disputed."""
    if not disputes:
        return ""
    return f"; do not ask for {', nor for '.join(what(each) for each in disputes)}: it is in dispute"


def unknown(name: str, known: Sequence[OpenDispute]) -> str:
    """No dispute of this name can be resolved; those that can."""
    still = ", ".join(each.id for each in known if each.outcome is None)
    return f"no dispute {name} is open on this case" + (f": open are {still}" if still else "")


def resolved(dispute: OpenDispute, resumes_on: date, *, late: bool) -> str:
    """What the outcome means."""
    assert dispute.outcome is not None
    after = ", after its last day" if late else ""
    said = f"the dispute {dispute.id} is {OUTCOMES[dispute.outcome]}{after}"
    if dispute.correction is None:
        return f"{said}: the ladder goes on from {resumes_on} with the whole sum"
    waits = f"{what(dispute)} is not asked for until the bank's correction of {dispute.correction} is in the ledger"
    rest = f"; the ladder goes on with the rest from {resumes_on}" if dispute.due_on else ""
    return f"{said}: {waits}, by {dispute.resolve_by}{rest}"


def over(dispute: OpenDispute, how: str) -> str:
    return f"Dispute {dispute.id}: {_OVER[how].format(correction=dispute.correction)}."


def escalated(dispute: OpenDispute) -> str:
    if dispute.outcome is None:
        return f"The dispute {dispute.id} is not resolved, and due by {dispute.resolve_by}: a supervisor must look."
    missing = f"the correction of {dispute.correction} is not in the ledger, and due by {dispute.resolve_by}"
    return f"Dispute {dispute.id}: {missing}: a supervisor must look."
