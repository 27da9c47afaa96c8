"""Half a year of one case, from the first notice to the last instalment, on virtual time, and what it costs.

Without thanks: what these add is counted in test_thanks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.testing import TimeSkipper

from domain.affordability import assess_ability
from domain.model.ability import Essential, EssentialItem, Every, HouseholdStatement, Income, IncomeItem
from domain.model.case import Outcome
from domain.model.complaints import AnswerComplaint, Complain, ComplaintOutcome
from domain.model.contact import Direction
from domain.model.contact import Outcome as Told
from domain.model.events import Answer, Request
from domain.model.money import Money
from domain.model.negotiation import Approve, ProposeTerms
from domain.model.offers import Proposal, Verdict
from domain.model.permits import ReportContact
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.promise import MakePromise, PromiseState
from domain.model.repayment import PLAN_REMINDER, PlanStatus
from ledger import ability_reports, audit, tasks
from ledger.ability_reports import Assessed
from starter.auditing import audit_ledger
from starter.demo.costs import count_actions, count_bytes, count_events
from starter.posting import Payment, post_payment
from starter.requests import ask
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank
from tests.workflows.test_plans import ended, sent, stands
from workflows.names import DOORBELL

_DAY = timedelta(days=1)
_DUE = (5, 7, 9, 20, 22, 34)
"""Days past due of the six notices: between them a promise is broken, and a complaint answered."""
_LADDER = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in _DUE
]
_BOOK = {
    "entries": [
        {"id": "long", "kind": "instalments", "counts": [12]},
        {"id": "short", "kind": "instalments", "counts": [3, 6], "level": "supervisor"},
    ]
}
_PLANS = {"most": 1, "first_within_days": 45, "remind_days_before": 2, "channels": ["file"]}
_PROMISES = {"horizon_days": 10, "most": 1, "grace_days": 1, "channels": ["file"]}
_HOLDS = [
    {
        "id": "plan_in_force",
        "opened_by": "plan_signed",
        "closed_by": ["plan_broken", "plan_completed", "plan_cancelled"],
        "scope": "debt",
        "blocks": ["collect_contact"],
        "allows": ["service_notice"],
        "source": "law",
    },
    {
        "id": "complaint_open",
        "opened_by": "complaint_received",
        "closed_by": ["complaint_answered", "complaint_withdrawn"],
        "scope": "debt",
        "blocks": ["collect_contact"],
        "source": "law",
    },
]
_PLACEMENT = 10
"""Actions that a placement with an agency may cost, from its offer to its recall."""


class Journey:
    """One case and its own clock."""

    def __init__(self, bank: Bank, skipper: TimeSkipper, account_id: str) -> None:
        self.bank, self.skipper, self.account_id = bank, skipper, account_id
        self.late = 4

    async def until_late(self, days: int) -> None:
        """Go on to that day past due."""
        await self.skipper.fast_forward(self.bank.handle(self.account_id), (days - self.late) * _DAY)
        self.late = days

    async def notices(self, count: int) -> None:
        await self.bank.until(self.account_id, lambda case: case.ladder.total_given == count)

    async def asked(self, request: Request) -> Answer:
        return await ask(self.bank.client, self.account_id, request)

    async def done(self, request: Request) -> Answer:
        answer = await self.asked(request)
        assert answer.accepted, answer.text
        return answer

    async def talks(self, name: str) -> None:
        """The customer calls in, and is verified."""
        said = {"outcome": Told.CONVERSATION, "direction": Direction.IN, "verified": True}
        await self.done(ReportContact(id=name, made_at=await self.now(), **said))

    async def actions(self) -> int:
        """So far."""
        history = await self.bank.handle(self.account_id).fetch_history()
        return count_actions(history.events)

    async def now(self) -> datetime:
        return (await self.bank.state(self.account_id)).as_of


@pytest.fixture
def house(bank: Bank) -> Bank:
    """1,000 are owed, of which 500 are past due for four days; 200 can be paid in a month."""
    bank.policies = replace(bank.policies, rules=rules_with(holds=_HOLDS))
    bank.plan(ladder=_LADDER, days_between=1, plans=_PLANS, promises=_PROMISES, offers=_BOOK, thanks=None)
    bank.add_account("whole", (4, 500))
    earns = IncomeItem(kind=Income.WAGES, amount=Money.of_minor(120_000, "TWD"), every=Every.MONTH)
    lives = EssentialItem(kind=Essential.HOUSING, amount=Money.of_minor(100_000, "TWD"), every=Every.MONTH)
    statement = HouseholdStatement(currency="TWD", income=(earns,), essentials=(lives,))
    ability = assess_ability(statement, {"whole": Money.of_minor(100_000, "TWD")})
    with bank.ledger.write() as conn:
        new = Assessed("rep-1", "person-whole", bank.today, statement, ability, bank.now(), "op-1")
        ability_reports.add(conn, new)
    return bank


async def test_half_a_year_with_a_negotiation_keeps_its_budget(house: Bank, skipper: TimeSkipper) -> None:
    await house.start("whole")
    journey = Journey(house, skipper, "whole")
    await speaks_and_breaks_a_promise(journey)
    await complains_and_is_answered(journey)
    await journey.talks("c-2")
    before = await journey.actions()
    await negotiates(journey)
    of_negotiation = await journey.actions() - before
    await keeps_the_plan(journey)
    history = await ended(house, "whole", Outcome.PLAN_COMPLETED)
    steps = [step for step, _ in sent(house, "whole/1")]
    assert [step for step in steps if step.startswith("notice-")] == [f"notice-{days}" for days in _DUE]
    assert steps.count(PLAN_REMINDER) == 6
    with house.ledger.read() as conn:
        assert audit.verify(conn, "whole/1") is None
        assert tasks.open_tasks(conn, 9) == ()
    assert audit_ledger(house.ledger).is_clean
    keeps_its_budget(history, of_negotiation)


async def speaks_and_breaks_a_promise(journey: Journey) -> None:
    """After three notices the customer calls in, promises and does not pay; then two more notices leave."""
    await journey.until_late(10)
    await journey.notices(3)
    await journey.talks("c-1")
    due_on = journey.bank.today + (13 - 4) * _DAY
    await journey.done(MakePromise(id="p-1", amount=Money.of_minor(30_000, "TWD"), due_on=due_on))
    await journey.until_late(16)
    state = await journey.bank.until("whole", lambda case: case.promise_judged is not None)
    assert state.promise_judged.state is PromiseState.BROKEN
    await journey.until_late(23)
    await journey.notices(5)


async def complains_and_is_answered(journey: Journey) -> None:
    """Nothing is sent meanwhile; the sixth notice leaves once there is an answer, long before its day."""
    await journey.until_late(25)
    await journey.done(Complain(id="k-1", about="agent-7"))
    await journey.until_late(29)
    outcome = {"complaint_id": "k-1", "outcome": ComplaintOutcome.REJECTED, "by": "lead-2"}
    await journey.done(AnswerComplaint(id="k-2", **outcome))
    await journey.until_late(35)
    await journey.notices(6)


async def negotiates(journey: Journey) -> None:
    """Three instalments are too much, and six are approved by somebody else."""
    countered = await journey.asked(ProposeTerms(id="o-1", proposal=Proposal(count=3), by="agent-1"))
    assert (countered.offered.verdict, countered.offered.offer.count) == (Verdict.COUNTERED, 12)
    better = await journey.asked(ProposeTerms(id="o-2", proposal=Proposal(count=6), by="agent-1"))
    assert better.offered.verdict is Verdict.NEEDS_APPROVAL
    await journey.until_late(36)
    await journey.done(Approve(id="a-1", offer="o-2", by="lead-1"))


async def keeps_the_plan(journey: Journey) -> None:
    """Six instalments, each reminded of and paid on its day, with a doorbell."""
    bank = journey.bank
    first_on = bank.today + (40 - 4) * _DAY
    signed = {"instalments": 6, "first_on": first_on, "offer": "o-2", "reference": "AGR-7", "by": "op-1"}
    await journey.done(AgreePlan(id="plan-1", accepted=AcceptedHow.WRITTEN, **signed))
    state = await bank.until("whole", stands(PlanStatus.PERFORMING))
    for row in state.plan.rows:
        await journey.until_late(4 + (row.due_on - bank.today).days)
        at = await journey.now() + timedelta(seconds=1)
        money = Money(amount=row.amount, currency="TWD")
        post_payment(bank.ledger, bank.policies.rules, Payment("whole", money, f"whole/{row.no}", row.due_on), at)
        await bank.handle("whole").signal(DOORBELL)
        if row.no < 6:
            await bank.until("whole", lambda case, no=row.no: case.plan.met == no)


def keeps_its_budget(history: Sequence[HistoryEvent], of_negotiation: int) -> None:
    """All of it is within the budget of a whole case; without the negotiation there is room for a placement too."""
    actions, events, size = count_actions(history), count_events(history), count_bytes(history)
    told = (
        f"a whole case with a negotiation: {actions} actions, of which {of_negotiation} are the negotiation's; "
        f"{events} events, {size:,} bytes of history"
    )
    print(told)
    assert actions <= 88, told
    assert actions - of_negotiation <= 88 - _PLACEMENT, told
    assert events <= 300, told
    assert size <= 150_000, told
