"""What keeps a plan from being agreed: of the case, of the customer, of the agreement, of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from domain import stopping
from domain.calendar import days_after, months_after
from domain.case.answering import STALE
from domain.case.draft import Draft
from domain.model.duties import PlanRule
from domain.model.facts import Arrears
from domain.model.money import Money
from domain.model.negotiation import OfferState
from domain.model.pack import Pack
from domain.model.plan import PlanTerms, Rhythm, Schedule
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.re_age import OPEN_RE_AGES
from domain.model.repayment import Plan, PlanCovers, PlanStatus
from domain.model.strategy import AfterBreak, Plans
from domain.offers.shares import affordable_on, in_a_month
from domain.plans.limits import refusals

_OLDEST_ACCEPTANCE = timedelta(days=31)
_HOUSE = PlanRule.model_validate({"source": "house"})
"""Where no pack says anything of plans."""


def rule_of(packs: Sequence[Pack]) -> PlanRule:
    """The plans' part of the pack nearest to the top that has one."""
    return next((pack.plan for pack in reversed(packs) if pack.plan is not None), _HOUSE)


def of_the_case(draft: Draft, asked: AgreePlan, terms: Plans, arrears: Arrears | None) -> Iterator[str]:
    """Where no plan can be agreed, whatever it says."""
    facts = draft.facts
    if stopping.is_stale(facts.fresh_until, facts.strategy, draft.at):
        yield STALE
    if draft.re_age is not None and draft.re_age.state in OPEN_RE_AGES:
        yield f"the re-age {draft.re_age.id} {draft.re_age.stands}: wait for that"
    running = draft.running_plan
    if running is not None and running.id != asked.replaces:
        yield f"the plan {running.id} runs already: to change it name it as replaces"
    if running is None and asked.replaces is not None:
        yield f"no plan {asked.replaces} runs on this case: leave replaces out"
    if running is None and arrears is None:
        yield "nothing is past due on this account: there is nothing to repay by a plan"
    if running is None and draft.plans_agreed >= terms.most:
        most = "one plan was" if terms.most == 1 else f"{terms.most} plans were"
        yield f"{most} agreed in this episode already, as many as the strategy allows"
    if running is None:
        yield from _too_many(draft)
    open_disputes = ", ".join(dispute.id for dispute in draft.disputes)
    if open_disputes:
        yield f"{open_disputes} is disputed: a plan would ask for it, so agree on one once it is resolved and corrected"


def _too_many(draft: Draft) -> Iterator[str]:
    """The law's own limit (US: one in a year, two in five years for open-end credit, by the agencies' policy)."""
    most = rule_of(draft.facts.rules.packs).max_plans
    if most is None:
        return
    since = months_after(draft.today, -most.per_months, draft.today.day)
    signed = sorted(on for on in draft.facts.plans_signed if on > since)
    if len(signed) >= most.n:
        again = months_after(signed[-most.n], most.per_months, signed[-most.n].day)
        yield f"the rules allow {most.n} plans in {most.per_months} months: the next one from {again} on"


def of_the_agreement(draft: Draft, asked: AgreePlan, terms: Plans) -> Iterator[str]:
    """What is wrong with what was written down."""
    today, currency = draft.today, draft.facts.account.currency
    for name, money in (("fees", asked.fees), ("unit", asked.unit)):
        if money is not None and money.currency != currency:
            yield f"{name} are in {money.currency}, the account in {currency}"
    if asked.first_on < today:
        yield f"the first instalment would be due on {asked.first_on}, before today ({today})"
    last = days_after(today, terms.first_within_days)
    if asked.first_on > last:
        yield f"the first instalment on {asked.first_on} is too far away: the last possible day is {last}"
    accepted_on = asked.accepted_on or today
    if not today - _OLDEST_ACCEPTANCE <= accepted_on <= today:
        yield f"it would have been accepted on {accepted_on}: give a day from {today - _OLDEST_ACCEPTANCE} to {today}"


def of_the_offer(draft: Draft, asked: AgreePlan) -> Iterator[str]:
    """What keeps it from being signed by the offer that it names: it says what the offer says, while that stands."""
    if asked.offer is None:
        return
    last = None if draft.negotiation is None else draft.negotiation.offer
    if last is None or last.id != asked.offer or last.state is not OfferState.AGREED:
        yield f"no offer {asked.offer} waits to be signed on this case: leave offer out, or propose the terms again"
    elif last.offer.expires_on < draft.today:
        yield f"the offer {asked.offer} stood until {last.offer.expires_on}: propose the terms again"
    elif (asked.instalments, asked.rate) != (last.offer.count, last.offer.percent):
        says = f"{last.offer.count} instalments at {last.offer.percent} % a year"
        yield f"the offer {asked.offer} says {says}: agree on just that"
    elif asked.covers is not PlanCovers.BALANCE or asked.rhythm is not Rhythm.MONTH or asked.fees:
        yield f"the offer {asked.offer} is about all that is owed, by the month, without fees: agree on just that"


def of_the_rules(draft: Draft, asked: AgreePlan, terms: PlanTerms) -> Iterator[str]:
    """What the rule packs forbid, or ask for and miss (China: Measures art. 70)."""
    packs = draft.facts.rules.packs
    for refusal in refusals(terms, packs):
        yield f"{refusal.why} ({refusal.rule}, {refusal.source})"
    rule = rule_of(packs)
    missing = [item for item in rule.required_terms if item not in asked.terms]
    if missing:
        yield f"the agreement must state {', '.join(missing)}: give them as terms"
    if asked.accepted is AcceptedHow.RECORDED_CALL and not rule.oral_ok_if_recorded.allowed:
        yield "a plan is not agreed orally by these rules: it is accepted in writing, online or in person"
    needs = rule.needs or ()
    if "ability_report" in needs and asked.ability_report is None:
        yield "it must be known what the customer can pay: give the ability_report that the plan rests on"
    if "willingness" in needs and not asked.willing:
        yield "the customer must have said that they want to repay by it: give willing"


def after_a_break(draft: Draft, schedule: Schedule, terms: Plans) -> Iterator[str]:
    """What keeps it from following a plan that could not be kept: no other one, or one that is as hard to keep."""
    broken, known = draft.plan, draft.facts.plan
    if broken is None or known is None or broken.status is not PlanStatus.BROKEN:
        return
    asked_for = monthly(Schedule(terms=broken.terms, instalments=known.instalments, total=broken.total))
    if terms.after_break is AfterBreak.NONE:
        yield f"the plan {broken.id} was broken: the strategy agrees on no other one in this episode"
    elif terms.after_break is AfterBreak.LESS and monthly(schedule) >= asked_for:
        yield (
            f"the plan {broken.id} asked for {asked_for} a month and was broken: "
            f"another one must ask for less, not {monthly(schedule)}"
        )


def of_the_customer(draft: Draft, asked: AgreePlan, schedule: Schedule) -> Iterator[str]:
    """What the customer cannot pay, unless somebody else than who agreed to it approved it."""
    ability = draft.facts.ability
    if asked.ability_report is not None and (ability is None or ability.report_id != asked.ability_report):
        newest = "there is none" if ability is None else f"the newest is {ability.report_id}"
        yield f"{asked.ability_report} is not the newest ability report of the customer: {newest}"
    can_pay = affordable(draft)
    if can_pay is None:
        if asked.ability_report is not None and ability is not None:
            yield f"{ability.report_id} does not know this account: take the customer's statement anew"
        return
    most = monthly(schedule)
    if most <= can_pay:
        return
    if asked.approved_by is None:
        yield f"{most} a month is more than the customer can pay, {can_pay}: it needs approved_by"
    elif asked.approved_by == asked.by:
        yield f"{asked.by} cannot approve what {asked.by} agreed to: somebody else must"


def monthly(schedule: Schedule) -> Money:
    """What the plan takes in a month, by its largest instalment; the last one takes up what was rounded off before."""
    return in_a_month(max(each.amount for each in schedule.instalments), schedule.terms.rhythm)


def affordable(draft: Draft) -> Money | None:
    """What can be paid on this account in a month, beside the plans that run on the person's others; None: unknown."""
    known = draft.facts.ability
    return None if known is None else affordable_on(draft.facts.account.account_id, known.shares, known.running)


def observed_until(plan: Plan, rule: PlanRule) -> date | None:
    """Until when the account keeps at least the class that it had at signing."""
    months = rule.observation_months
    return None if months is None else months_after(plan.first_signed_on, months, plan.first_signed_on.day)
