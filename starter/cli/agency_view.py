"""An agency on the screen: how it stands and why, what it is for, what lapses next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from domain.model.agency import Agency, Validity
from domain.model.agency_events import KnownAgency
from domain.model.agency_standing import Bar, Standing

COLUMNS = ("agency", "stands", "contract until", "licence until", "next evaluation", "capacity", "next lapse")


def as_row(known: KnownAgency, found: Standing) -> tuple[str, ...]:
    """For people, in a list."""
    file = known.newest.agency
    return (
        known.id,
        stands(found),
        _until(file.contract_on(found.on)),
        _until(file.licence),
        str(found.evaluate_by or "-"),
        str(file.capacity),
        str(found.lapses[0].on) if found.lapses else "-",
    )


def as_json(known: KnownAgency, found: Standing) -> dict[str, JsonValue]:
    """For programs."""
    newest, approved = known.newest, known.approved
    return {
        "agency": known.id,
        "stands": stands(found),
        "may_be_given": found.may_be_given,
        "frozen": found.is_frozen,
        **found.model_dump(mode="json", exclude={"agency"}),
        "version": newest.version,
        "digest": newest.digest,
        "registered_by": newest.by,
        "approved_version": None if approved is None else approved.version,
        "file": newest.agency.model_dump(mode="json"),
        "events": [event.model_dump(mode="json", exclude_none=True) for event in known.events],
    }


def in_full(known: KnownAgency, found: Standing) -> Iterator[str]:
    """For people, one agency."""
    newest = known.newest
    yield f"{known.id}: {newest.agency.name}, {newest.agency.contact}"
    approval = known.approval_of(newest.version)
    seen = "approved by nobody" if approval is None else f"approved by {approval.by} on {approval.on}"
    yield f"  version {newest.version} ({newest.digest}), registered by {newest.by}, {seen}"
    yield f"  stands on {found.on}: {stands(found)}"
    yield from bar_lines(found.bars)
    yield from file_lines(newest.agency, found)
    for lapse in found.lapses:
        what = "freezes" if lapse.freezes else "lapses"
        yield from (f"  {what} on {lapse.on}: {bar.rule}: {bar.why}" for bar in lapse.bars)
    for event in known.events:
        told = [event.outcome, event.reference, event.reason, event.version and f"version {event.version}"]
        more = ", ".join(str(each) for each in told if each)
        yield f"  {event.on} {event.kind}{f' ({more})' if more else ''}, says {event.by}"


def file_lines(file: Agency, found: Standing) -> Iterator[str]:
    """Until when what it rests on holds, and what it may be given."""
    yield f"  contract until   {_until(file.contract_on(found.on))}"
    yield f"  licence until    {_until(file.licence)}"
    yield f"  next evaluation  {found.evaluate_by or '-'}"
    yield f"  capacity         {file.capacity}"
    yield f"  zones            {', '.join(file.zones)}"
    for segment in file.segments:
        least, most = segment.least or "any amount", segment.most or "any amount"
        yield f"  may be given     {segment.currency}: {', '.join(segment.buckets)}; from {least} to {most}"
    for band in file.commission.bands:
        days = f"day {band.dpd_min} to {band.dpd_max}" if band.dpd_max else f"day {band.dpd_min} on"
        amounts = f"{f', from {band.least}' if band.least else ''}{f', under {band.below}' if band.below else ''}"
        yield f"  commission       {band.percent}% in {band.currency}, {days}{amounts}"
    if (conduct := file.commission.conduct) is not None:
        yield f"  times conduct    {conduct.least} to {conduct.most}"


def bar_lines(bars: Sequence[Bar]) -> Iterator[str]:
    """Each reason with its rule and its source."""
    for bar in bars:
        yield f"    {bar.rule}: {bar.why}{' [freezes]' if bar.freezes else ''}"
        yield f"      {bar.source}"


def stands(found: Standing) -> str:
    """How it stands, in a word or two."""
    if found.is_frozen:
        return "frozen"
    return "may be given accounts" if found.may_be_given else "nothing new"


def _until(validity: Validity | None) -> str:
    if validity is None:
        return "-"
    return str(validity.valid_until or "open")
