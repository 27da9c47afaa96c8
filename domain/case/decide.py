"""The decision of one case: facts and events in, the recorded step out. Pure: no clock, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.case import wording
from domain.case.attributes import attributes_of
from domain.case.closing import closure_of, first_past_due_day, outcome_of
from domain.case.draft import Draft
from domain.case.hearing import hear
from domain.case.ladder import given_of, view_of
from domain.case.reminding import Reminding, remind, wakes
from domain.delinquency import assess
from domain.model.case import Case, Outcome, Stage, Step
from domain.model.events import Event
from domain.model.facts import Arrears, Facts


def decide(case: Case, events: Sequence[Event], facts: Facts, as_of: datetime) -> Step:
    """The next step of a case: answers what was asked, then closes it, or reminds, or waits.

    ``facts`` are the ledger's as of ``as_of``; raises ValueError when they are of another instant.
    """
    draft = Draft.of(case, facts, as_of)
    hear(draft, events)
    if case.closure is not None:
        return _step(draft, draft.becomes())
    if case.opens_at is not None and as_of < case.opens_at and draft.withdrawn is None:
        return _step(draft, draft.becomes(next=wording.opens_later(case.opens_at, facts), balance=facts.balance))
    arrears = assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses())
    outcome = outcome_of(draft, arrears)
    if outcome is not None:
        return _close(draft, arrears, outcome)
    return _wait(draft) if arrears is None else _remind(draft, arrears)


def _close(draft: Draft, arrears: Arrears | None, outcome: Outcome) -> Step:
    closure = closure_of(draft, outcome, arrears)
    draft.blocked = draft.retry_at = None
    draft.note(wording.closed(closure))
    return _step(
        draft,
        draft.becomes(
            stage=Stage.CLOSED,
            closure=closure,
            balance=draft.facts.balance,
            arrears=arrears,
            ladder=given_of(draft.facts.strategy, draft.facts.notices),
            next=wording.over(closure),
        ),
    )


def _wait(draft: Draft) -> Step:
    """Never late so far, and within grace."""
    facts, late_from = draft.facts, first_past_due_day(draft)
    assert late_from is not None, "a case with nothing unmet is closed, not waiting"
    ahead = wakes(draft, wording.within_grace(late_from, facts), None, late_from, draft.holds.next_end())
    return _step(draft, draft.becomes(balance=facts.balance, ladder=view_of(facts.strategy, facts.notices), next=ahead))


def _remind(draft: Draft, arrears: Arrears) -> Step:
    if (moved := wording.changed(draft.case.arrears, arrears)) is not None:
        draft.note(moved)
    reminding = remind(draft, arrears)
    case = draft.becomes(
        stage=Stage.REMINDING,
        balance=draft.facts.balance,
        arrears=arrears,
        ladder=reminding.ladder,
        next=reminding.next,
    )
    return _step(draft, case, reminding)


def _step(draft: Draft, case: Case, reminding: Reminding | None = None) -> Step:
    send = None if reminding is None else reminding.send
    return Step(
        case=case,
        commands=() if send is None else (send,),
        answers=tuple(draft.answers),
        attributes=None if case.stage is draft.case.stage else attributes_of(case),
    )
