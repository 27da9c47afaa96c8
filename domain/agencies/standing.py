"""Standing of an agency: whether it may be given accounts, every reason why not, and what lapses next.

Deny by default: where no rule pack says what an agency needs, nobody is placed. While a version of the file waits for
the approval of a second person nothing new goes; what was placed stands or freezes by the version approved last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from domain.agencies.event_bars import evaluate_by, event_bars, turning_days
from domain.agencies.file_bars import file_bars
from domain.agencies.stated import Bars, Judged, Stated, own_bar
from domain.model.agency import Agency
from domain.model.agency_events import KnownAgency
from domain.model.agency_standing import Bar, Lapse, Standing
from domain.model.pack import Pack


def standing(known: KnownAgency, packs: Sequence[Pack], today: date, in_use: int = 0) -> Standing:
    """How the agency stands on the day under a stack of packs, bases first, with so many accounts placed already.

    As with every duty, the pack nearest to the top that has a part about agencies gives it whole.
    """
    stated = Stated.by(packs)
    judged = None if stated is None else Judged(known, known.newest.agency, stated, today)
    return Standing(
        agency=known.id,
        on=today,
        bars=_bars(known, packs, today, in_use),
        freezing=_freezing(known, packs, today),
        lapses=tuple(_lapses(known, packs, today)),
        evaluate_by=None if judged is None else evaluate_by(judged),
    )


def _bars(known: KnownAgency, packs: Sequence[Pack], today: date, in_use: int) -> tuple[Bar, ...]:
    found = [*_of_the_register(known, in_use), *_by_the_day(known, packs, today), *_freezing(known, packs, today)]
    return tuple(dict.fromkeys(found))


def _freezing(known: KnownAgency, packs: Sequence[Pack], today: date) -> tuple[Bar, ...]:
    """By the version that was approved last, since accounts were placed under it."""
    file = (known.approved or known.newest).agency
    return tuple(bar for bar in (*_suspension(known), *_of_a_file(known, file, packs, today)) if bar.freezes)


def _of_the_register(known: KnownAgency, in_use: int) -> Bars:
    """What no clock changes."""
    newest = known.newest
    if known.approval_of(newest.version) is None:
        why = f"nobody but {newest.by} has looked at version {newest.version} of its file: a second person approves it"
        yield own_bar("approved", why)
    yield from _suspension(known)
    if in_use >= newest.agency.capacity:
        why = f"it has {in_use} accounts and takes {newest.agency.capacity}: wait until some are back"
        yield own_bar("capacity", why)


def _suspension(known: KnownAgency) -> Bars:
    if (event := known.suspension) is not None:
        why = f"{event.by} suspended it on {event.on} ({event.reason}): a second person reinstates it"
        yield own_bar("suspended", why, freezes=True)


def _by_the_day(known: KnownAgency, packs: Sequence[Pack], day: date) -> Bars:
    """What can change with the day alone."""
    for pack in packs:
        if pack.pack.valid_to is not None and pack.pack.valid_to < day:
            why = f"the rule pack {pack.id} held until {pack.pack.valid_to}: nothing is allowed under it"
            yield own_bar("rules", why)
    if Stated.by(packs) is None:
        yield own_bar("rules", "no rule pack says what an agency needs: nobody is placed")
    yield from _of_a_file(known, known.newest.agency, packs, day)


def _of_a_file(known: KnownAgency, file: Agency, packs: Sequence[Pack], day: date) -> Bars:
    yield from file_bars(file, packs, day)
    if (stated := Stated.by(packs)) is not None:
        yield from event_bars(Judged(known, file, stated, day))


def _lapses(known: KnownAgency, packs: Sequence[Pack], today: date) -> Iterator[Lapse]:
    """Each day to come that brings a reason which the day before had not."""
    before = _on(known, packs, today)
    for day in sorted(day for day in _turning_days(known, packs, today) if day > today):
        then = _on(known, packs, day)
        if new := [bar for bar in then if bar not in before]:
            yield Lapse(on=day, bars=tuple(new))
        before = then


def _on(known: KnownAgency, packs: Sequence[Pack], day: date) -> tuple[Bar, ...]:
    return tuple(dict.fromkeys((*_by_the_day(known, packs, day), *_freezing(known, packs, day))))


def _turning_days(known: KnownAgency, packs: Sequence[Pack], today: date) -> set[date]:
    """The days on which a reason can come or go."""
    found = {pack.pack.valid_to + timedelta(days=1) for pack in packs if pack.pack.valid_to is not None}
    for file in (known.newest.agency, (known.approved or known.newest).agency):
        found.update(_of_validities(file))
        if (stated := Stated.by(packs)) is not None:
            found.update(turning_days(Judged(known, file, stated, today)))
    return found


def _of_validities(file: Agency) -> Iterator[date]:
    """When a licence or a contract begins and is over, and what is dated ahead begins."""
    for each in (*file.contracts, *([file.licence] if file.licence else [])):
        yield each.valid_from
        if each.valid_until is not None:
            yield each.valid_until + timedelta(days=1)
    for shown in (file.head_office_approval, file.impact_assessment):
        if shown is not None:
            yield shown.on
