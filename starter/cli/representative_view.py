"""A representative on the screen: codes and days."""

from __future__ import annotations

from datetime import datetime

from domain.model.representative import KnownRepresentative, RepresentativeState
from domain.representing import counts

COLUMNS = ("representative", "who", "for", "accounts", "from", "until", "stands", "entered by", "checked by")


def as_json(known: KnownRepresentative, now: datetime, zone: str) -> dict[str, object]:
    """For programs."""
    said = known.representative.model_dump(mode="json", exclude={"representative_id", "person_id"})
    steps = known.model_dump(mode="json", exclude={"representative"})
    return {
        "representative": known.representative.representative_id,
        "person": known.representative.person_id,
        **said,
        "party": known.representative.kind.party.value,
        "state": known.state.value,
        "counts": counts(known, now, zone),
        **steps,
    }


def as_row(known: KnownRepresentative, now: datetime, zone: str) -> tuple[str, ...]:
    """For people."""
    said = known.representative
    return (
        said.representative_id,
        f"{said.kind.replace('_', ' ')} {said.party_id}",
        ", ".join(said.may_do),
        ", ".join(said.accounts) or "all",
        str(said.from_on),
        str(said.until_on or ""),
        stands(known, now, zone),
        known.asked_by,
        known.checked_by or "",
    )


def in_a_line(known: KnownRepresentative, now: datetime, zone: str) -> str:
    """For people, among what else is known of the customer."""
    name, who, what_for, about, from_on, until_on, how, *_ = as_row(known, now, zone)
    until = f" until {until_on}" if until_on else ""
    return f"{name}: {who}, for {what_for} on {about}, from {from_on}{until}: {how}"


def stands(known: KnownRepresentative, now: datetime, zone: str) -> str:
    """How far it has come, and whether it counts now."""
    match known.state:
        case RepresentativeState.ASKED:
            return "not checked: nothing is told to them"
        case RepresentativeState.ENDED:
            return f"ended by {known.ended_by} ({known.reason})"
        case RepresentativeState.CHECKED:
            return "checked, counts" if counts(known, now, zone) else "checked, not within its days"
