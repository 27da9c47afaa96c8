"""Thanking: one message when a case is over, which asks for nothing; its hour is awaited, a few days at most."""

from __future__ import annotations

from datetime import date, datetime

from domain import stopping
from domain.calendar import days_after, local_day
from domain.case.channels import WayOut, asked, usable_channels, way_out
from domain.case.draft import Draft
from domain.compliance.furnishing import record_years
from domain.compliance.optouts import has_opted_out
from domain.compliance.spared import spared_by
from domain.model.case import HeldBy, Outcome
from domain.model.commands import SendNotice
from domain.model.contact import Purpose, Verdict
from domain.model.facts import Arrears
from domain.model.money import Money
from domain.model.strategy import DaysPastDue, LadderStep, Thanks
from domain.model.thanks import THANK_YOU, Parting, Reached, Thanked, thanks_key


def thank(draft: Draft, outcome: Outcome, arrears: Arrears | None) -> Parting | None:
    """What the case waits for before it closes; None: it closes now, and the thanks leave with it where they may.

    Never twice, never to who wants no messages or on whom a hold lies; what no clock lifts is not waited for.
    """
    section = draft.facts.strategy.thanks
    reached = next((each for each in Reached if each.value == outcome.value), None)
    if section is None or reached not in section.after or draft.case.thanked:
        return None
    before = draft.case.parting
    since = draft.today if before is None else before.since
    way = _way(draft, section, days_after(since, section.within_days))
    if way is None:
        return None
    if way.leaves_at > draft.at:
        seen = _days_past_due(draft, arrears)
        return Parting(reached=reached, since=since, days_past_due=seen, thanks_at=way.leaves_at)
    draft.note(f"Thanks by {way.channel}: {reached.replace('_', ' ')}.")
    draft.commands.append(_command(draft, reached, way))
    return None


def _days_past_due(draft: Draft, arrears: Arrears | None) -> int:
    """When it was last seen late; a step that only waits has seen nothing."""
    last, before = arrears or draft.case.arrears, draft.case.parting
    if last is not None:
        return last.days_past_due
    return 0 if before is None else before.days_past_due


def _way(draft: Draft, section: Thanks, last_day: date) -> WayOut | None:
    """On which channel and when; None: no rule lets it leave, or not in time."""
    facts = draft.facts
    free = draft.holds.first_free_day(draft.today)
    if isinstance(free, HeldBy) or free > last_day or usable_channels(facts).isdisjoint(section.channels):
        return None
    account_id = facts.account.account_id
    if has_opted_out(facts.record, draft.at) or spared_by(account_id, facts.record, facts.rules.packs, draft.at):
        return None
    step = LadderStep(id=THANK_YOU, notice=THANK_YOU, channels=section.channels, due=DaysPastDue(days=1))
    way = way_out(thanks_key(draft.case.case_id), step, (), facts, free, draft.at, Purpose.SERVICE_NOTICE)
    if isinstance(way, Verdict) or _is_stopped(draft, way) or not _is_in_time(draft, way.leaves_at, last_day):
        return None
    return way


def _is_stopped(draft: Draft, way: WayOut) -> bool:
    facts = draft.facts
    ask = asked(way.channel, None, facts, draft.at, Purpose.SERVICE_NOTICE)
    return stopping.against(ask, facts.stops, facts.fresh_until, facts.strategy, facts.rules) is not None


def _is_in_time(draft: Draft, leaves_at: datetime, last_day: date) -> bool:
    """A historical ledger tells nothing of what comes after its last day."""
    day, ends_on = local_day(leaves_at, draft.facts.account.zone), draft.facts.world.ends_on
    return day <= last_day and (ends_on is None or day <= ends_on)


def _command(draft: Draft, reached: Reached, way: WayOut) -> SendNotice:
    case = draft.case
    return SendNotice(
        key=thanks_key(case.case_id),
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=THANK_YOU,
        notice=THANK_YOU,
        attempt=1,
        channel=way.channel,
        as_of=draft.at,
        oldest_due_on=draft.today,
        past_due=Money.zero(case.account.currency),
        purpose=Purpose.SERVICE_NOTICE,
        thanked=Thanked(reached=reached, record_years=record_years(draft.facts.rules.packs)),
    )
