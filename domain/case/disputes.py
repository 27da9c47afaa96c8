"""Disputes: opened by what a contact told, each about something that no other is, with a clock and a hold."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domain.calendar import local_day, local_instant
from domain.case import dispute_words as words
from domain.case.answering import digest_of
from domain.case.draft import Draft
from domain.model.case import HeldBy
from domain.model.causes import Cause, CausePath
from domain.model.disputes import (
    MOST_REPORTS,
    DisputeTerms,
    OpenDispute,
)
from domain.model.entries import AddTask, Entry, KeepDispute
from domain.model.events import HoldReason
from domain.model.permits import ReportContact

_HOUSE = DisputeTerms()
"""Where neither a pack nor the strategy has days."""


def begin(draft: Draft, told: ReportContact, contact_id: str) -> str:
    """Open the dispute that a contact told, unless all of it is disputed already; what is to be said of it."""
    before = _disputed_before(draft, told.disputed_due_on)
    if before is not None:
        again = before.model_copy(update={"reports": (*before.reports, digest_of(told))[:MOST_REPORTS]})
        draft.disputes = tuple(again if each.id == again.id else each for each in draft.disputes)
        return words.disputed_before(before)
    named = _new_due_dates(draft, told.disputed_due_on)
    since = local_day(told.made_at, draft.facts.account.zone)
    dispute = OpenDispute(
        id=told.id,
        contact_id=contact_id,
        told_at=told.made_at,
        since=since,
        due_on=named,
        resolve_by=since + timedelta(days=_resolve_days(draft)),
        reports=(digest_of(told),),
        about=told.about,
        person_hold=None if named else _person_hold(draft),
    )
    draft.disputes = (*draft.disputes, dispute)
    leave_out(draft, dispute, named or _where_no_pack_holds(draft, dispute))
    draft.entries += [KeepDispute(step="opened", dispute=dispute, awaits=True), *_acknowledgement(draft, dispute)]
    draft.note(words.opened(dispute))
    return words.to_be_resolved(dispute)


def find(draft: Draft, name: str) -> OpenDispute | None:
    """The dispute of this id, or of this contact, that nobody has resolved."""
    still = (each for each in draft.disputes if each.outcome is None)
    return next((each for each in still if name in (each.id, each.contact_id)), None)


def of_hold(draft: Draft, hold_id: str) -> OpenDispute | None:
    """The dispute for which this hold lies on the case."""
    return next((each for each in draft.disputes if each.hold_id == hold_id), None)


def end_hold(draft: Draft, dispute: OpenDispute) -> None:
    """The hold on the case is over, where there is one."""
    hold = draft.holds.find(dispute.hold_id)
    if hold is not None:
        draft.holds = draft.holds.ended(hold, draft.today)


def task_id(draft: Draft, dispute: OpenDispute, kind: str) -> str:
    """One of each kind for a dispute."""
    return f"{kind}/{draft.case.case_id}/{dispute.id}"


def midnight_after(draft: Draft, day: date) -> datetime:
    """What is due at midnight is due on the day before."""
    return local_instant(day + timedelta(days=1), time(), draft.facts.account.zone)


def path_of(draft: Draft) -> CausePath:
    """Where the strategy lets a dispute lead; nowhere when it does not name it."""
    return (draft.facts.strategy.causes or {}).get(Cause.DISPUTE, CausePath())


def terms_of(draft: Draft) -> DisputeTerms:
    """The strategy's days for disputes, else those of the house."""
    return draft.facts.strategy.disputes or _HOUSE


def _resolve_days(draft: Draft) -> int:
    """Of the pack nearest to the top that has disputes, else of the strategy."""
    packs = reversed(draft.facts.rules.packs)
    found = next((pack.disputes for pack in packs if pack.disputes is not None), None)
    return terms_of(draft).resolve_days if found is None or found.resolve_days is None else found.resolve_days


def _disputed_before(draft: Draft, named: tuple[date, ...]) -> OpenDispute | None:
    """The dispute that is about it already: the one of the whole debt, or the last of those that cover all of it."""
    whole = next((each for each in draft.disputes if not each.due_on), None)
    if whole is not None or not named or _new_due_dates(draft, named):
        return whole
    return next(each for each in reversed(draft.disputes) if set(named) & set(each.due_on))


def _new_due_dates(draft: Draft, named: tuple[date, ...]) -> tuple[date, ...]:
    """Those of them that no dispute is about."""
    before = {due_on for each in draft.disputes for due_on in each.due_on}
    return tuple(due_on for due_on in named if due_on not in before)


def _person_hold(draft: Draft) -> str | None:
    person = path_of(draft).person
    return None if person is None else person.hold


def _where_no_pack_holds(draft: Draft, dispute: OpenDispute) -> tuple[date, ...]:
    """All that fell due by now, where the strategy lays no hold of the packs: it is not asked for all the same."""
    return () if dispute.person_hold else tuple(each.due_on for each in draft.facts.obligations)


def leave_out(draft: Draft, dispute: OpenDispute, due_on: tuple[date, ...]) -> None:
    """Each dispute has one hold whatever else lies on the case: no disputed sum is asked for."""
    if due_on:
        hold = HeldBy(id=dispute.hold_id, reason=HoldReason.LEFT_OUT, starts_on=draft.today, obligations_due_on=due_on)
        draft.holds = draft.holds.added(hold)


def _acknowledgement(draft: Draft, dispute: OpenDispute) -> list[Entry]:
    """The letter that the rules ask for when a dispute came in."""
    packs = reversed(draft.facts.rules.packs)
    found = next((pack.disputes for pack in packs if pack.disputes is not None), None)
    if found is None or found.acknowledge_days is None:
        return []
    last_day = dispute.since + timedelta(days=found.acknowledge_days)
    return [
        AddTask(
            task_id=task_id(draft, dispute, "dispute_acknowledgement"),
            task="dispute_acknowledgement",
            due_at=midnight_after(draft, last_day),
            detail={"dispute": dispute.id},
        )
    ]
