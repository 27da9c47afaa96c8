"""A repayment plan of the case: it is agreed, changed, ended; what was agreed before stays beside what is new."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from domain.calendar import days_after, months_after
from domain.case import conceding, negotiating, plan_limits, plan_view, promise
from domain.case import plan_words as words
from domain.case.answering import accepted, refused
from domain.case.draft import Draft
from domain.case.plan_status import change_early_end, change_status, judge_of, tell
from domain.cash import cash_unit
from domain.delinquency import assess
from domain.instalments import schedule_of, settle
from domain.model.entries import AskAdjustment, KeepPlan
from domain.model.errors import InputError
from domain.model.events import Answer
from domain.model.facts import Arrears
from domain.model.money import Money
from domain.model.plan import Instalment, PlanTerms, Schedule
from domain.model.plan_requests import AgreePlan, EndPlan, MovePlan, PlanRequest, SettlePlan, TellMiss
from domain.model.repayment import EarlyEnd, Plan, PlanCovers, PlanFacts, PlanStatus
from domain.plans.adjustments import adjustments_of
from domain.plans.judging import Judged
from domain.plans.limits import refusals


def ask(draft: Draft, request: PlanRequest) -> Answer:
    """The answer to a request about a plan, and its effect."""
    if isinstance(request, AgreePlan):
        return _agree(draft, request)
    plan = draft.running_plan
    if plan is None or plan.id != request.plan_id:
        return refused(request, f"no plan {request.plan_id} runs on this case")
    match request:
        case MovePlan():
            return _move(draft, request, plan)
        case SettlePlan():
            return _settle(draft, request, plan)
        case TellMiss():
            return _tell(draft, request, plan)
        case EndPlan():
            ended = change_status(draft, plan, PlanStatus.CANCELLED, by=request.by)
            return accepted(request, f"the plan {plan.id} is ended: collection goes on from {ended.resumes_on} on")
        case _:
            assert_never(request)


def _tell(draft: Draft, request: TellMiss, plan: Plan) -> Answer:
    on, known = request.on or draft.today, draft.facts.plan
    if plan.status is not PlanStatus.MISSED or known is None:
        return refused(request, f"nothing is missed under the plan {plan.id} that the customer could be told of")
    if plan.cure_ends_on is not None:
        return refused(request, f"the customer was told before: it can be made good until {plan.cure_ends_on}")
    missed_from = days_after(judge_of(draft, known).judge(draft.today).missed_since, 1)
    if not missed_from <= on <= draft.today:
        return refused(
            request, f"the customer would have been told on {on}: give a day from {missed_from} to {draft.today}"
        )
    tell(draft, plan, request, on, known.returned)
    return accepted(request, f"the cure period of the plan {plan.id} counts from {on}")


def _agree(draft: Draft, asked: AgreePlan) -> Answer:
    section = draft.facts.strategy.plans
    if section is None:
        return refused(asked, f"the strategy {draft.case.strategy} agrees on no plans")
    facts = draft.facts
    arrears = assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses())
    first = next(plan_limits.of_the_case(draft, asked, section, arrears), None)
    first = first or next(plan_limits.of_the_agreement(draft, asked, section), None)
    first = first or next(plan_limits.of_the_offer(draft, asked), None)
    if first is not None:
        return refused(asked, first)
    try:
        terms = _terms(draft, asked, arrears)
        schedule = schedule_of(terms)
    except InputError as impossible:
        return refused(asked, str(impossible))
    lawful = terms.model_copy(update={"signed_on": _first_signed(draft)})
    fault = next(plan_limits.of_the_rules(draft, asked, lawful), None)
    fault = fault or next(plan_limits.after_a_break(draft, schedule, section), None)
    fault = fault or next(plan_limits.of_the_customer(draft, asked, schedule), None)
    if fault is not None:
        return refused(asked, fault)
    plan = _new(draft, asked, schedule, arrears)
    _begin(draft, plan, schedule.instalments, asked)
    if asked.offer is not None:
        negotiating.signed(draft, plan, asked.by)
    return accepted(asked, words.meaning(plan, schedule.instalments))


def _terms(draft: Draft, asked: AgreePlan, arrears: Arrears | None) -> PlanTerms:
    currency = draft.facts.account.currency
    return PlanTerms(
        balance=_covered(draft, asked, arrears),
        count=asked.instalments,
        rhythm=asked.rhythm,
        nominal_percent=asked.rate,
        contract_percent=asked.contract_rate,
        fees=asked.fees or Money.zero(currency),
        unit=asked.unit or cash_unit(currency),
        signed_on=draft.today,
        first_on=asked.first_on,
    )


def _covered(draft: Draft, asked: AgreePlan, arrears: Arrears | None) -> Money:
    """What the plan repays. A new version for the arrears repays what is open of the one before."""
    if asked.covers is PlanCovers.BALANCE:
        return draft.facts.balance - _forgiven(draft, asked)
    running = draft.running_plan
    if running is not None and running.covers is PlanCovers.ARREARS:
        return running.total - running.paid
    return draft.facts.balance if arrears is None else arrears.past_due


def _forgiven(draft: Draft, asked: AgreePlan) -> Money:
    """What the offer that is signed gives up once the plan is kept to its end."""
    last = None if draft.negotiation is None or asked.offer is None else draft.negotiation.offer
    parts = () if last is None else last.offer.forgiven.values()
    return Money.total(parts, draft.facts.balance.currency)


def _first_signed(draft: Draft) -> date:
    return draft.today if draft.running_plan is None else draft.running_plan.first_signed_on


def _new(draft: Draft, asked: AgreePlan, schedule: Schedule, arrears: Arrears | None) -> Plan:
    before = draft.running_plan
    plan = Plan(
        id=asked.id,
        no=draft.plans_agreed + 1 if before is None else before.no,
        version=1 if before is None else before.version + 1,
        stated_by=1 if before is None else before.version + 1,
        covers=asked.covers,
        terms=schedule.terms,
        agreed_at=draft.at,
        first_signed_on=_first_signed(draft),
        since=draft.today,
        changes=0 if before is None else before.changes,
        total=schedule.total,
        paid=Money.zero(schedule.total.currency),
        count=schedule.terms.count,
        moves=0 if before is None else before.moves,
    )
    if before is not None:
        return plan.model_copy(update={"floor": before.floor, "observed_until": before.observed_until})
    until = plan_limits.observed_until(plan, plan_limits.rule_of(draft.facts.rules.packs))
    floor = None if until is None or arrears is None else arrears.bucket
    return plan.model_copy(update={"floor": floor, "observed_until": until})


def _begin(draft: Draft, plan: Plan, instalments: tuple[Instalment, ...], asked: AgreePlan | MovePlan) -> None:
    """Keep the agreement, ask the card system for what it needs, and let nobody be asked for money but by it."""
    promise.replace(draft)
    draft.entries.append(KeepPlan(plan=plan, instalments=instalments, request=asked))
    for adjustment in adjustments_of(plan, draft.case.case_id, asked.by):
        draft.entries.append(AskAdjustment(adjustment=adjustment))
    if plan.version == 1:
        draft.plans_agreed += 1
    else:
        draft.note(words.renewed(plan))
    draft.has_new_plan = True
    change_status(draft, plan_view.with_rows(plan, instalments), PlanStatus.AGREED, by=asked.by)


def _move(draft: Draft, request: MovePlan, plan: Plan) -> Answer:
    """The instalments that are not paid fall due later, each by as many periods: the money stays the same."""
    section = draft.facts.strategy.plans
    most = 0 if section is None else section.most_moves
    found = _performing(draft, plan)
    if isinstance(found, PlanStatus):
        return refused(request, f"the plan {plan.id} is {found}: only one that performs has a payment holiday")
    known, judged = found
    if plan.moves >= most:
        return refused(request, f"{plan.moves} payment holidays were granted, as many as the strategy allows")
    still_open = [line for line in judged.standing.instalments if not line.is_met]
    later = tuple(
        _later(known.instalments[(line.no or 1) - 1], line.unpaid, plan.terms, request.periods) for line in still_open
    )
    terms = plan.terms.model_copy(
        update={
            "balance": Money.total((each.principal for each in later), plan.total.currency),
            "fees": Money.total((each.fees for each in later), plan.total.currency),
            "count": len(later),
            "signed_on": draft.today,
            "first_on": later[0].due_on,
            "due_day": plan.terms.due_day or plan.terms.first_on.day,
        }
    )
    lawful = terms.model_copy(update={"signed_on": plan.first_signed_on})
    for refusal in refusals(lawful, draft.facts.rules.packs):
        return refused(request, f"{refusal.why} ({refusal.rule}, {refusal.source})")
    total = Money.total((each.amount for each in later), plan.total.currency)
    moved = plan.model_copy(
        update={
            "version": plan.version + 1,
            "terms": terms,
            "agreed_at": draft.at,
            "total": total,
            "paid": Money.zero(total.currency),
            "count": len(later),
            "met": 0,
            "moves": plan.moves + 1,
            "early_end": None,
            "not_before": None,
        }
    )
    _begin(draft, moved, later, request)
    return accepted(request, words.moved(moved))


def _performing(draft: Draft, plan: Plan) -> tuple[PlanFacts, Judged] | PlanStatus:
    """What is known of a plan that performs as things stand now; else how it stands."""
    known = draft.facts.plan
    if known is None or draft.has_new_plan:
        return plan.status
    judged = judge_of(draft, known).judge(draft.today)
    return (known, judged) if judged.status is PlanStatus.PERFORMING else judged.status


def _later(instalment: Instalment, left: Money, terms: PlanTerms, periods: int) -> Instalment:
    """What is open of it, so many periods later: its interest and fees are the first that were paid."""
    due_day = terms.due_day or terms.first_on.day
    months = {"month": 1, "quarter": 3}.get(terms.rhythm.value)
    due_on = instalment.due_on
    later_on = (
        date.fromordinal(due_on.toordinal() + 14 * periods)
        if months is None
        else months_after(due_on, months * periods, due_day)
    )
    paid = instalment.amount - left
    fees = max(instalment.fees - paid, Money.zero(paid.currency))
    paid_beyond = max(paid - instalment.fees, Money.zero(paid.currency))
    interest = max(instalment.interest - paid_beyond, Money.zero(paid.currency))
    return Instalment(due_on=later_on, amount=left, principal=left - fees - interest, interest=interest, fees=fees)


def _settle(draft: Draft, request: SettlePlan, plan: Plan) -> Answer:
    """What ends the plan on that day; paid until then it does."""
    if plan.covers is not PlanCovers.BALANCE:
        return refused(request, f"the plan {plan.id} is about the arrears: pay its instalments early instead")
    if request.on < draft.today:
        return refused(request, f"{request.on} lies before today ({draft.today})")
    found = _performing(draft, plan)
    if isinstance(found, PlanStatus):
        return refused(request, f"the plan {plan.id} is {found}: only one that performs is settled early")
    known, judged = found
    schedule = Schedule(terms=plan.terms, instalments=known.instalments, total=plan.total)
    due_by_then = (each.amount for each in known.instalments if each.due_on <= request.on)
    in_all = settle(schedule, request.on).amount + Money.total(due_by_then, plan.total.currency)
    in_all -= conceding.given_for(draft, plan)  # what was given for the plan is not paid again
    change_early_end(draft, plan, EarlyEnd(on=request.on, paid_in_all=in_all), by=request.by)
    left = max(in_all - judged.standing.paid, Money.zero(in_all.currency))
    return accepted(request, f"{left} paid by {request.on} ends the plan {plan.id}, what is due until then included")
