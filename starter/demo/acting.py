"""What the played customers of a demo do when a message reaches them: they call, promise, agree, pay.

They act while the activity that brought the message is still under way: so long the virtual clock of the case stands
still, and all they do happens at the instant of the message. Each asks by the doors that bank and agents use; what the
case refuses is not done. Repeated, everything has the same ids and no second effect.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

from temporalio.client import Client

from domain.calendar import days_after, local_day
from domain.model.ability import Essential, EssentialItem, HouseholdStatement, Income, IncomeItem, Willingness
from domain.model.case import Case
from domain.model.causes import Cause
from domain.model.commands import SendNotice
from domain.model.contact import Direction, Outcome
from domain.model.events import Answer, Request
from domain.model.hardship import AssessHardship, FollowUp, FollowUpOutcome, HardshipOutcome
from domain.model.money import Money
from domain.model.negotiation import Offered, ProposeTerms
from domain.model.offers import Proposal, Verdict
from domain.model.permits import ReportContact
from domain.model.plan_requests import AcceptedHow, AgreePlan, SettlePlan
from domain.model.promise import PROMISE_REMINDER, MakePromise
from ledger.engine import Ledger
from policies import Policies
from starter.demo.customers import CALL, Cast, Journey
from starter.household import Taken, assess
from starter.posting import Payment, post_payment
from starter.requests import ask, look
from workflows.names import DOORBELL, case_workflow_id

_log = logging.getLogger(__name__)

AGENT, SPECIALIST = "agent-demo", "specialist-demo"
_PROMISED_IN_DAYS = 7
_PAUSE_DAYS = 45
_FOUND_AFTER = timedelta(days=2)
_INSTALMENTS = 24
_LEFT_PERCENT = 6
"""So much of what is owed is left in a month: enough for so many instalments."""
_ENDS_EARLY_WITH = 4
"""Instead of this instalment all that is left is paid: three in time have earned a rebate by then."""


@dataclass(frozen=True)
class Bank:
    """What a customer who acts deals with."""

    client: Client
    ledger: Ledger
    policies: Policies


@dataclass(frozen=True)
class Visit:
    """A message that reached a customer, and the case that it is about as things stood."""

    bank: Bank
    journey: Journey
    message: SendNotice
    case: Case

    @property
    def account_id(self) -> str:
        return self.message.account_id

    @property
    def today(self) -> date:
        return local_day(self.message.as_of, self.case.account.zone)

    @property
    def owed(self) -> Money:
        assert self.case.balance is not None, "a case that writes has looked at its account"
        return self.case.balance

    @property
    def is_new(self) -> bool:
        """Whether the customer has not said why they are late before this very message."""
        cause = self.case.cause
        return cause is None or cause.on == self.today

    def named(self, what: str) -> str:
        """An id of this customer's own, the same however often it is done."""
        return self.journey.named(what)

    async def asks(self, request: Request) -> Answer:
        answer = await ask(self.bank.client, self.account_id, request)
        if not answer.accepted:
            _log.info("account %s: %s was not accepted", self.account_id, request.kind)
        return answer

    async def calls(self, cause: Cause, name: str = CALL) -> Answer:
        """The customer calls, is verified, and says why."""
        return await self.asks(
            ReportContact(
                id=self.named(name),
                outcome=Outcome.CONVERSATION,
                made_at=self.message.as_of,
                direction=Direction.IN,
                verified=True,
                cause=cause,
            )
        )

    async def pays(self, amount: Money, what: str, found_after: timedelta | None = None) -> None:
        """Pay today; or it was paid yesterday, and the bank finds it after a while."""
        at, on = self.message.as_of, self.today
        if found_after is not None:
            at, on = at + found_after, on - timedelta(days=1)
        payment = Payment(self.account_id, amount, f"{self.message.case_id}/{self.named(what)}", on)
        await asyncio.to_thread(post_payment, self.bank.ledger, self.bank.policies.rules, payment, at)
        await self.bank.client.get_workflow_handle(case_workflow_id(self.account_id)).signal(DOORBELL)


class Customers:
    """Everybody who is played."""

    def __init__(self, bank: Bank, cast: Cast) -> None:
        self._bank = bank
        self._cast = cast
        self._steps = {step.id for step in bank.policies.strategy.ladder}

    def knows(self, account_id: str) -> bool:
        """Whether the owner of the account is played."""
        return account_id in self._cast

    async def hear(self, message: SendNotice) -> None:
        """A message reached somebody who is played."""
        journey = self._cast[message.account_id]
        visit = Visit(self._bank, journey, message, await look(self._bank.client, message.account_id))
        if message.step in self._steps:
            await _ON_NOTICE[journey](visit)
        elif message.step == PROMISE_REMINDER and journey is Journey.KEEPS_PROMISE and message.promised is not None:
            await visit.pays(message.promised.amount, "payment")
        elif message.planned is not None and message.planned.no < _ENDS_EARLY_WITH:
            await visit.pays(message.planned.amount, f"instalment-{message.planned.no}")
        elif message.planned is not None:
            await _end_early(visit)


async def _promise(visit: Visit) -> None:
    await visit.calls(Cause.TEMPORARY_SHORTAGE)
    due_on = days_after(visit.today, _PROMISED_IN_DAYS)
    await visit.asks(MakePromise(id=visit.named("promise"), amount=visit.message.past_due, due_on=due_on, by=AGENT))


async def _keep_promise(visit: Visit) -> None:
    if not visit.case.promises_made:
        await _promise(visit)


async def _mend_by_plan(visit: Visit) -> None:
    """First a promise that is not kept, then what can be."""
    if not visit.case.promises_made:
        await _promise(visit)
    elif visit.case.promise is None and visit.case.plan is None:
        await visit.calls(Cause.TEMPORARY_SHORTAGE, "second-call")
        report = await asyncio.to_thread(_state_ability, visit)
        agreed = await _negotiate(visit)
        if agreed is not None:
            await visit.asks(_signed(visit, agreed, report))


async def _negotiate(visit: Visit) -> Offered | None:
    """Propose instalments; what the bank would rather have is taken."""
    proposed = Proposal(count=_INSTALMENTS)
    answer = await visit.asks(ProposeTerms(id=visit.named("proposal"), proposal=proposed, by=AGENT))
    countered = answer.offered is not None and answer.offered.verdict is Verdict.COUNTERED
    if countered and answer.offered is not None:
        taken = answer.offered.offer_id
        answer = await visit.asks(ProposeTerms(id=visit.named("answer"), answers=taken, by=AGENT))
    return answer.offered if answer.accepted else None


def _state_ability(visit: Visit) -> str:
    """A household that has enough left for it; returns the id of the report."""
    owed, report_id = visit.owed, f"{visit.message.case_id}/{visit.named('ability')}"
    lives_on = EssentialItem(kind=Essential.HOUSING, amount=owed)
    earns = IncomeItem(
        kind=Income.WAGES, amount=Money.of_minor(owed.minor * (100 + _LEFT_PERCENT) // 100, owed.currency)
    )
    statement = HouseholdStatement(
        currency=owed.currency, income=(earns,), essentials=(lives_on,), willingness=Willingness.WILLING
    )
    with visit.bank.ledger.write() as conn:
        assess(conn, visit.account_id, statement, Taken(report_id, AGENT, visit.message.as_of))
    return report_id


def _signed(visit: Visit, agreed: Offered, report_id: str) -> AgreePlan:
    assert agreed.offer is not None, "what is accepted has terms"
    plans = [pack.plan for pack in visit.bank.policies.rules.packs if pack.plan is not None]
    return AgreePlan(
        id=visit.named("plan"),
        instalments=agreed.offer.count,
        first_on=agreed.offer.first_on,
        rate=agreed.offer.percent,
        accepted=AcceptedHow.RECORDED_CALL,
        reference=visit.named("recording"),
        terms=plans[-1].required_terms if plans else (),
        ability_report=report_id,
        willing=True,
        offer=agreed.offer_id,
        by=AGENT,
    )


async def _end_early(visit: Visit) -> None:
    """Ask what ends the plan today, and pay it."""
    plan = visit.named("plan")
    await visit.asks(SettlePlan(id=visit.named("early-end"), plan_id=plan, on=visit.today, by=AGENT))
    running = (await look(visit.bank.client, visit.account_id)).plan
    left = None if running is None or running.early_end is None else running.early_end.paid_in_all - running.paid
    if left is not None and left.amount > 0:
        await visit.pays(left, "early-end")


async def _fall_ill(visit: Visit) -> None:
    """A specialist grants aid in the same talk; after the pause the customer is asked about the advice, and pays."""
    if visit.is_new:
        await visit.calls(Cause.ILLNESS)
        path = (visit.bank.policies.strategy.causes or {}).get(Cause.ILLNESS)
        await visit.asks(
            AssessHardship(
                id=visit.named("assessment"),
                outcome=HardshipOutcome.GRANTED,
                programme=path.programmes[0] if path is not None and path.programmes else None,
                pause_until=days_after(visit.today, _PAUSE_DAYS),
                by=SPECIALIST,
                evidence=visit.named("proof"),
            )
        )
        return
    if visit.case.hardship is not None and visit.case.hardship.follow_up_on is not None:
        helped = FollowUpOutcome.HELPED
        await visit.asks(FollowUp(id=visit.named("follow-up"), outcome=helped, by=SPECIALIST))
    await visit.pays(visit.message.past_due, "payment")


async def _have_paid(visit: Visit) -> None:
    if visit.is_new:
        await visit.calls(Cause.SAYS_PAID)
        await visit.pays(visit.message.past_due, "payment", _FOUND_AFTER)


_ON_NOTICE: dict[Journey, Callable[[Visit], Awaitable[None]]] = {
    Journey.KEEPS_PROMISE: _keep_promise,
    Journey.MENDS_BY_PLAN: _mend_by_plan,
    Journey.FALLS_ILL: _fall_ill,
    Journey.HAS_PAID: _have_paid,
}
