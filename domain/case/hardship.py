"""Hardship: assessed, paused, reviewed; and whether the advice helped that the customer was told of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import assert_never

from domain.calendar import local_day, local_instant
from domain.case.answering import accepted, digest_of, refused
from domain.case.draft import Draft
from domain.compliance.holidays import next_business_day
from domain.model.case import MOST_HOLDS, HeldBy
from domain.model.causes import CausePath
from domain.model.disputes import MOST_REPORTS
from domain.model.entries import AddTask, CloseTask, KeepHardship
from domain.model.events import Answer, HoldReason
from domain.model.hardship import (
    HARDSHIP_ASSESSMENT,
    HARDSHIP_REVIEW,
    REFERRAL,
    AssessHardship,
    FollowUp,
    Hardship,
    HardshipOutcome,
    HardshipRequest,
    HardshipTerms,
)
from domain.model.names import Code, MessageId
from domain.model.offers import Offer
from domain.model.permits import ReportContact

_HOUSE = HardshipTerms()
"""Where the strategy has no bounds."""
_NOBODY_TOLD = "nobody told a hardship on this case: report the contact that told it first"
_OURS = ("cause/", "hardship/")
"""How the ids of its pauses begin."""


def begin(draft: Draft, told: ReportContact, path: CausePath) -> None:
    """Go by the hardship that a contact told: somebody assesses it, or asks later whether advice helped."""
    assesses = any(work.task == HARDSHIP_ASSESSMENT for work in path.work)
    if told.cause is None or not (assesses or path.referral):
        return
    before = _before(draft)
    follow_up = draft.today + timedelta(days=path.referral.days) if path.referral else None
    draft.hardship = Hardship(
        cause=told.cause,
        since=local_day(told.made_at, draft.facts.account.zone) if before is None else before.since,
        reports=(*(before.reports if before else ()), digest_of(told))[-MOST_REPORTS:],
        follow_up_on=follow_up or (before.follow_up_on if before else None),
    )
    draft.entries.append(KeepHardship(id=told.id, step="told", hardship=draft.hardship))


def _before(draft: Draft) -> Hardship | None:
    """The hardship that goes on; one that was looked at again, and whose pause is over, is another one."""
    known = draft.hardship
    return None if known is not None and known.review_asked and not any(_pauses(draft)) else known


def ask(draft: Draft, request: HardshipRequest) -> Answer:
    """The answer to a request about the hardship, and its effect."""
    hardship = draft.hardship
    if hardship is None:
        return refused(request, _NOBODY_TOLD)
    match request:
        case AssessHardship():
            return _assess(draft, hardship, request)
        case FollowUp():
            return _follow_up(draft, hardship, request)
        case _:
            assert_never(request)


def review(draft: Draft) -> None:
    """On the day of the review somebody looks again; until then the case wakes for it."""
    hardship = draft.hardship
    if draft.is_closed or hardship is None or hardship.review_on is None or hardship.review_asked:
        return
    if draft.today < hardship.review_on:
        draft.wake_no_later(local_instant(hardship.review_on, time(), draft.facts.account.zone))
        return
    draft.hardship = hardship.model_copy(update={"review_asked": True})
    detail: dict[str, str | tuple[str, ...]] = {"cause": hardship.cause.value, "programme": str(hardship.programme)}
    due_at = local_instant(draft.today + timedelta(days=1), time(), draft.facts.account.zone)
    draft.entries.append(
        AddTask(task_id=_review_id(draft, hardship.review_on), task=HARDSHIP_REVIEW, due_at=due_at, detail=detail)
    )
    draft.note(f"Hardship ({_words(hardship)}): what was granted is looked at again.")


def _assess(draft: Draft, hardship: Hardship, asked: AssessHardship) -> Answer:
    if asked.outcome is HardshipOutcome.GRANTED:
        return _grant(draft, hardship, asked)
    if asked.programme or asked.pause_until or asked.review_on:
        return refused(asked, "only what is granted has a programme and days: leave them out, or say granted")
    ends_on = next_business_day(draft.today, draft.facts.rules.packs)
    for pause in _pauses(draft):
        ends = ends_on if pause.ends_on is None else min(pause.ends_on, ends_on)
        draft.holds = draft.holds.changed(pause.model_copy(update={"ends_on": ends}))
    assessed = hardship.model_copy(
        update={"outcome": asked.outcome, "programme": None, "review_on": None, "review_asked": False}
    )
    _keep(draft, hardship, assessed, asked, None)
    said = f"{_OUTCOMES[asked.outcome]}: contact goes on from {ends_on}"
    return _told(draft, hardship, asked, said)


def _grant(draft: Draft, hardship: Hardship, asked: AssessHardship) -> Answer:
    terms = draft.facts.strategy.hardship or _HOUSE
    review_on = asked.review_on or draft.today + timedelta(days=terms.review_days)
    until = asked.pause_until or review_on
    refusal = _refusal_of_programme(draft, hardship, asked) or _refusal_of_days(
        draft, hardship, until, review_on, terms.most_pause_days
    )
    if refusal is not None:
        return refused(asked, refusal)
    if (full := _pause(draft, hardship, asked, until, review_on)) is not None:
        return refused(asked, full)
    said = f"{asked.programme} is granted: contact pauses until {until}, and somebody looks again on {review_on}"
    return _told(draft, hardship, asked, said)


def by_offer(draft: Draft, message_id: MessageId, offer: Offer, by: Code) -> str | None:
    """Grant what an accepted hardship offer says: contact pauses until its review; or why it cannot be."""
    hardship, review_on = draft.hardship, offer.review_on
    if hardship is None or review_on is None:
        return _NOBODY_TOLD
    granted = HardshipOutcome.GRANTED
    asked = AssessHardship(id=message_id, outcome=granted, programme=offer.entry, review_on=review_on, by=by)
    return _pause(draft, hardship, asked, review_on, review_on)


def _pause(draft: Draft, hardship: Hardship, asked: AssessHardship, until: date, review_on: date) -> str | None:
    """Let the pause go on until then, and keep what is granted; or why no hold can be laid."""
    pauses = list(_pauses(draft))
    for pause in pauses:
        draft.holds = draft.holds.changed(pause.model_copy(update={"ends_on": until}))
    if not pauses:
        if len(draft.holds.lying) >= MOST_HOLDS:
            return f"{MOST_HOLDS} holds lie on this case already: release one first"
        draft.holds = draft.holds.added(
            HeldBy(id=f"hardship/{draft.today}", reason=HoldReason.PAUSE, starts_on=draft.today, ends_on=until)
        )
    granted = hardship.model_copy(
        update={
            "outcome": asked.outcome,
            "programme": asked.programme,
            "review_on": review_on,
            "review_asked": False,
        }
    )
    _keep(draft, hardship, granted, asked, until)
    return None


def _refusal_of_programme(draft: Draft, hardship: Hardship, asked: AssessHardship) -> str | None:
    path = (draft.facts.strategy.causes or {}).get(hardship.cause)
    known = path.programmes if path else ()
    if not known:
        return f"the strategy names no aid programme for the cause {hardship.cause}: nothing can be granted"
    if asked.programme not in known:
        return f"name a programme that the strategy has for the cause {hardship.cause}: {', '.join(known)}"
    return None


def _refusal_of_days(draft: Draft, hardship: Hardship, until: date, review_on: date, most_days: int) -> str | None:
    if min(until, review_on) <= draft.today:
        return f"pause and review lie after today ({draft.today}), not on {min(until, review_on)}"
    last = hardship.since + timedelta(days=most_days)
    if max(until, review_on) > last:
        return f"{max(until, review_on)} is too far away: the strategy allows aid until {last}"
    return None


def _keep(draft: Draft, before: Hardship, assessed: Hardship, asked: AssessHardship, paused_until: date | None) -> None:
    """It is over when nobody has to look at it again and no advice is to be asked after."""
    is_over = assessed.review_on is None and assessed.follow_up_on is None
    draft.hardship = None if is_over else assessed
    draft.entries.append(
        KeepHardship(
            id=asked.id,
            step="assessed",
            hardship=assessed,
            is_over=is_over,
            outcome=asked.outcome,
            paused_until=paused_until,
            by=asked.by,
            evidence=asked.evidence,
        )
    )
    done = [_task_id(draft, HARDSHIP_ASSESSMENT, digest) for digest in before.reports]
    if before.review_asked and before.review_on is not None:
        done.append(_review_id(draft, before.review_on))
    draft.entries += [CloseTask(task_id=name, by=asked.by, outcome=asked.outcome.value) for name in done]


def _follow_up(draft: Draft, hardship: Hardship, asked: FollowUp) -> Answer:
    if hardship.follow_up_on is None:
        return refused(asked, "no advice is left on this case to ask after")
    followed = hardship.model_copy(update={"follow_up_on": None})
    is_over = followed.review_on is None and followed.outcome is not None
    draft.hardship = None if is_over else followed
    draft.entries.append(
        KeepHardship(
            id=asked.id, step="followed_up", hardship=followed, is_over=is_over, outcome=asked.outcome, by=asked.by
        )
    )
    draft.entries += [
        CloseTask(task_id=_task_id(draft, REFERRAL, digest), by=asked.by, outcome=asked.outcome.value)
        for digest in hardship.reports
    ]
    return _told(draft, hardship, asked, f"the advice is followed up: {asked.outcome.replace('_', ' ')}")


def _told(draft: Draft, hardship: Hardship, asked: HardshipRequest, text: str) -> Answer:
    draft.note(f"Hardship ({_words(hardship)}): {text}.")
    return accepted(asked, text)


_OUTCOMES = {
    HardshipOutcome.DECLINED: "no aid is granted",
    HardshipOutcome.NO_HARDSHIP: "there is no hardship",
}


def _pauses(draft: Draft) -> Iterator[HeldBy]:
    """Those that were laid for a hardship; a pause that an operator set stays as it was agreed."""
    return (h for h in draft.holds.lying if h.reason is HoldReason.PAUSE and h.id.startswith(_OURS))


def _task_id(draft: Draft, kind: str, digest: str) -> str:
    return f"{kind}/{draft.case.case_id}/{digest}"


def _review_id(draft: Draft, review_on: date) -> str:
    return f"{HARDSHIP_REVIEW}/{draft.case.case_id}/{review_on}"


def _words(hardship: Hardship) -> str:
    return hardship.cause.replace("_", " ")
