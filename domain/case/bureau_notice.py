"""The notice before a negative report to a credit bureau: given by a channel that writes, or nothing is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain import stopping
from domain.calendar import days_after, local_day
from domain.case import timing
from domain.case.channels import WayOut, asked, usable_channels, way_out
from domain.case.draft import Draft
from domain.compliance.furnishing import notice_before, record_years
from domain.model.bureau import BUREAU_NOTICE, ReportAhead
from domain.model.commands import SendNotice
from domain.model.contact import Purpose, Verdict
from domain.model.entries import AddTask
from domain.model.events import NoticeNotSent
from domain.model.facts import Arrears, BureauFacts, MessageState, Notice
from domain.model.names import RuleId
from domain.model.strategy import BureauTerms, DaysPastDue, LadderStep

NOTICE_TASK = "bureau_notice"
_MOST_ATTEMPTS = 3
"""So many attempts at telling the customer; then a person looks, and nothing is reported."""


def given_on(draft: Draft, arrears: Arrears, known: BureauFacts, no: int) -> date | None:
    """The local day on which the notice of this round about these arrears left; None: it has not.

    Who pays what the notice named is told anew before anything else is reported.
    """
    sent = (each.on for each in _tried(known, _prefix(draft, arrears, no)) if each.state is MessageState.SENT)
    return min(sent, default=None)


def give_notice(draft: Draft, arrears: Arrears, no: int, from_on: date, wait: int) -> None:
    """Ask for the notice when its day has come; ``from_on``: the first day on which a report may be given."""
    section, known = draft.facts.strategy.bureau, draft.facts.bureau
    assert section is not None, "without a section nothing is reported"
    assert known is not None, "nor without a bureau"
    prefix = _prefix(draft, arrears, no)
    tried, rule = _tried(known, prefix), notice_before(draft.facts.rules.packs)
    starts_on = days_after(from_on, -(wait + 1))
    if rule is None or any(each.state is MessageState.UNKNOWN for each in tried):
        return
    lost = [each for each in tried if each.state is not MessageState.SENDING]
    if len(lost) >= _MOST_ATTEMPTS or usable_channels(draft.facts).isdisjoint(section.channels):
        _ask_person(draft, prefix)
    elif starts_on > draft.today or any(each.on >= draft.today for each in lost):
        wake_on(draft, max(starts_on, days_after(draft.today, 1)))
    else:
        report_on = max(from_on, days_after(draft.today, wait + 1))
        attempt = len(lost) + 1
        ahead = _Ahead(f"{prefix}{attempt}", attempt, report_on, rule.id)
        _send(draft, section, arrears, tried, ahead)


def notice_not_sent(draft: Draft, event: NoticeNotSent) -> None:
    """Not asked for again in this very step; what kept it back for good is in the ledger."""
    again_at = event.retry_at if event.blocker.may_lift else None
    draft.report_not_before = again_at or timing.slot(days_after(draft.today, 1), draft.facts)


def wake_on(draft: Draft, day: date) -> None:
    """Look again at the slot of this day."""
    _wake_at(draft, timing.slot(day, draft.facts))


def _wake_at(draft: Draft, at: datetime) -> None:
    """A historical ledger tells nothing of what comes after its last day."""
    ends_on = draft.facts.world.ends_on
    if ends_on is None or local_day(at, draft.facts.account.zone) <= ends_on:
        draft.wake_no_later(at)


@dataclass(frozen=True)
class _Ahead:
    """A notice that may leave now."""

    key: str
    attempt: int
    report_on: date
    """From then on it may be reported."""
    rule: RuleId
    """The notice of the packs that it gives."""


def _prefix(draft: Draft, arrears: Arrears, no: int) -> str:
    return f"{draft.case.case_id}/{BUREAU_NOTICE}/{no}/{arrears.oldest_due_on}/"


def _tried(known: BureauFacts, prefix: str) -> list[Notice]:
    return [each for each in known.notices if each.key.startswith(prefix)]


def _ask_person(draft: Draft, prefix: str) -> None:
    task_id = f"{NOTICE_TASK}/{prefix.rstrip('/')}"
    draft.entries.append(AddTask(task_id=task_id, task=NOTICE_TASK, detail={"notice": BUREAU_NOTICE}))


def _send(draft: Draft, section: BureauTerms, arrears: Arrears, tried: Sequence[Notice], ahead: _Ahead) -> None:
    """Leave now, or be looked at again at the hour at which it may."""
    facts = draft.facts
    step = LadderStep(
        id=BUREAU_NOTICE,
        notice=BUREAU_NOTICE,
        channels=section.channels,
        due=DaysPastDue(days=1),
        legal_notice=ahead.rule,
    )
    earliest = max(draft.at, draft.report_not_before or draft.at)
    way = way_out(ahead.key, step, tried, facts, draft.today, earliest)
    if isinstance(way, Verdict):
        return
    if way.leaves_at > draft.at:
        _wake_at(draft, way.leaves_at)
        return
    ask = asked(way.channel, ahead.rule, facts, draft.at)
    if stopping.against(ask, facts.stops, facts.fresh_until, facts.strategy, facts.rules) is not None:
        wake_on(draft, days_after(draft.today, 1))
        return
    draft.note(f"Tells the customer by {way.channel} that the credit bureau may be told from {ahead.report_on} on.")
    draft.commands.append(_command(draft, arrears, way, ahead))
    wake_on(draft, ahead.report_on)  # as if it leaves: its success then needs no step of its own


def _command(draft: Draft, arrears: Arrears, way: WayOut, ahead: _Ahead) -> SendNotice:
    case = draft.case
    return SendNotice(
        key=ahead.key,
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=BUREAU_NOTICE,
        notice=BUREAU_NOTICE,
        attempt=ahead.attempt,
        channel=way.channel,
        as_of=draft.at,
        oldest_due_on=arrears.oldest_due_on,
        past_due=arrears.past_due,
        purpose=Purpose.LEGAL_NOTICE,
        legal_notice=ahead.rule,
        reported=ReportAhead(on=ahead.report_on, record_years=record_years(draft.facts.rules.packs)),
    )
