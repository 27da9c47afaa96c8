"""Messages of a plan: which way and when one leaves, as a service notice that asks for nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain import stopping
from domain.calendar import days_after, local_day
from domain.case import plan_words as words
from domain.case import timing
from domain.case.channels import WayOut, asked, way_out
from domain.case.draft import Draft
from domain.case.plan_limits import rule_of
from domain.model.case import HeldBy
from domain.model.commands import SendNotice
from domain.model.contact import Purpose, Verdict
from domain.model.facts import Arrears, MessageState
from domain.model.repayment import PLAN_REPAIR, Plan, Planned
from domain.model.strategy import DaysPastDue, LadderStep, Plans
from domain.plans.standing import Line


@dataclass(frozen=True)
class PlanMessage:
    """A message of the plan that is to leave."""

    key: str
    notice: str
    day: date
    last_day: date | None
    """After it the message says nothing any more; None: it is never too late."""
    line: Line
    attempt: int = 1
    debit_on: date | None = None
    """With an instalment that is debited: when."""


def send(draft: Draft, plan: Plan, section: Plans, message: PlanMessage, arrears: Arrears | None) -> datetime | None:
    """Ask for the message when its time has come; the instant at which it comes, or is looked at again."""
    way = _way(draft, plan, section, message)
    if way is None or way.leaves_at > draft.at:
        return None if way is None else way.leaves_at
    facts = draft.facts
    ask = asked(way.channel, None, facts, draft.at, Purpose.SERVICE_NOTICE)
    if stopping.against(ask, facts.stops, facts.fresh_until, facts.strategy, facts.rules) is not None:
        return timing.slot(days_after(draft.today, 1), facts)
    draft.note(words.asked(plan, message.notice, way.channel, message.line))
    draft.commands.append(_command(draft, plan, message, arrears, way))
    return None


def _way(draft: Draft, plan: Plan, section: Plans, message: PlanMessage) -> WayOut | None:
    """Where and when it leaves; None: no rule lets it, or no day for it is left."""
    facts = draft.facts
    free = draft.holds.first_free_day(max(message.day, draft.today))
    if isinstance(free, HeldBy) or _is_too_late(free, message):
        return None
    step = LadderStep(id=message.notice, notice=message.notice, channels=section.channels, due=DaysPastDue(days=1))
    earliest = max(draft.at, plan.not_before or draft.at)
    way = way_out(message.key, step, (), facts, free, earliest, Purpose.SERVICE_NOTICE)
    if isinstance(way, Verdict) or _is_too_late(local_day(way.leaves_at, facts.account.zone), message):
        return None
    return way


def _is_too_late(day: date, message: PlanMessage) -> bool:
    return message.last_day is not None and day > message.last_day


def _command(draft: Draft, plan: Plan, message: PlanMessage, arrears: Arrears | None, way: WayOut) -> SendNotice:
    """It keeps a customer informed who keeps to what was agreed: a service notice, which asks for nothing else."""
    case, line = draft.case, message.line
    rule = rule_of(draft.facts.rules.packs).broken_by
    until = days_after(draft.today, rule.cure_days) if message.notice == PLAN_REPAIR else None
    return SendNotice(
        key=message.key,
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=message.notice,
        notice=message.notice,
        attempt=message.attempt,
        channel=way.channel,
        as_of=draft.at,
        oldest_due_on=line.due_on if arrears is None else arrears.oldest_due_on,
        past_due=line.unpaid if arrears is None else arrears.past_due,
        purpose=Purpose.SERVICE_NOTICE,
        planned=Planned(
            plan=plan.key(case.case_id),
            no=line.no or 0,
            amount=line.unpaid,
            due_on=line.due_on,
            until=until,
            debit_on=message.debit_on,
        ),
    )


def is_settled(draft: Draft, key: str) -> bool:
    """Whether the message of this key was sent, or will not be."""
    known = draft.facts.plan
    found = () if known is None else known.notices
    return any(each.key == key and each.state != MessageState.SENDING for each in found)
