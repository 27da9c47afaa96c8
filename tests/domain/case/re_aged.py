"""A case whose account may be re-aged, for the tests of re-ages: a ledger that tells its age and what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.calendar import local_day
from domain.model.adjustments import Adjust, AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.entries import Entry, KeepReAge
from domain.model.events import AdjustmentAnswered, Answer
from domain.model.facts import Facts
from domain.model.negotiation import Approve, Decline
from domain.model.pack import Pack
from domain.model.re_age import AskReAge, BilledMinimum, MetOn, PaidOn, ReAge, ReAgeFacts, ReAgeState, ReAgeTerms
from domain.model.repayment import PlanFacts
from domain.model.rules import Rules
from tests.domain.case.planned import under_rules
from tests.domain.tiny_world import Payment, TinyWorld, make_rules, make_strategy, money

TODAY = date(2026, 6, 2)
"""A Tuesday."""
LATE_SINCE = date(2026, 1, 26)
DUE = tuple(date(2026, month, 25) for month in range(1, 6))
"""Of each the minimum payment of 200; the first was not made in time."""
PAID = (date(2026, 3, 30), date(2026, 4, 30), date(2026, 5, 30))
"""Three of them in a row, later."""
KEY = "a1/1/re-age/r-1/re_age/1"
RULE = {
    "source": "law",
    "least_months_open": 9,
    "minimums_in_a_row": 3,
    "least_months_between": 12,
    "most": {"n": 2, "per_months": 60},
}


def with_re_age(rules: Rules, **changed: object) -> Rules:
    """Rules whose pack lets accounts be re-aged."""
    written = rules.packs[0].model_dump(mode="json")
    return rules.model_copy(update={"packs": (Pack.model_validate({**written, "re_age": {**RULE, **changed}}),)})


@dataclass
class Office(TinyWorld):
    """The card system does a re-age as soon as it is asked, unless ``cards`` says otherwise."""

    opened_on: date | None = date(2025, 1, 10)
    re_aged_on: tuple[date, ...] = ()
    unanswered: tuple[str, ...] = ()
    shows: bool = True
    """Whether the ledger shows what the card system did."""

    def give(self, on: date, amount: int) -> Payment:
        """A payment that meets the oldest of what is unmet."""
        met, left = {}, Decimal(amount)
        for each in self.unmet(max(on, TODAY)):
            part = min(left, each.unmet.amount)
            met[each.due_on], left = part, left - part
        payment = Payment(on, {due_on: part for due_on, part in met.items() if part})
        self.payments.append(payment)
        return payment

    def facts(self, as_of: datetime) -> Facts:
        known = super().facts(as_of)
        return known.model_copy(update={"re_age": self._known(local_day(as_of, self.zone))})

    def answers(self, state: AdjustmentState) -> None:
        """What the card system says to what it was asked for."""
        asked = {key: each for key, each in self.adjusted.items() if each.adjustment.kind is AdjustmentKind.RE_AGE}
        self.adjusted |= {key: each.model_copy(update={"state": state}) for key, each in asked.items()}

    def _known(self, today: date) -> ReAgeFacts:
        made = None if self.case is None else self.case.re_age
        real = [each for each in self.payments if each.on <= today and not isinstance(each, Met)]
        there = [each for each in real if each.taken_back_on is None or each.taken_back_on > today]
        return ReAgeFacts(
            opened_on=self.opened_on,
            billed=tuple(self._billed(due_on, today) for due_on in sorted(self.obligations) if due_on < today),
            payments=tuple(PaidOn(on=each.on, amount=_sum(each)) for each in there),
            re_aged_on=self.re_aged_on,
            unanswered=self.unanswered,
            adjustments=() if made is None else self._mine(made),
            still_paid=None if made is None else _still(made, there),
        )

    def _billed(self, due_on: date, today: date) -> BilledMinimum:
        met = (MetOn(on=each.on, amount=money(each.meets(due_on, today))) for each in self.payments)
        return BilledMinimum(
            due_on=due_on,
            minimum=money(self.obligations[due_on]),
            met=tuple(each for each in met if each.amount),
        )

    def _plan(self, today: date) -> PlanFacts | None:
        known = super()._plan(today)
        mine = () if known is None else tuple(one for one in known.adjustments if "/plan/" in one.adjustment.key)
        return None if known is None else known.model_copy(update={"adjustments": mine})

    def _mine(self, made: ReAge) -> tuple[KnownAdjustment, ...]:
        begins = f"{made.key('a1/1')}/"
        return tuple(each for key, each in self.adjusted.items() if key.startswith(begins))

    def _adjust(self, command: Adjust) -> None:
        super()._adjust(command)
        on = local_day(command.as_of, self.zone)
        for each in command.adjustments:
            done = self.adjusted[each.key].state is AdjustmentState.CONFIRMED and self.shows
            if each.kind is AdjustmentKind.RE_AGE and done:
                unmet = self.unmet(on)
                self.payments.append(Met(on, {one.due_on: one.unmet.amount for one in unmet}))
                owed = sum((one.unmet.amount for one in unmet), start=Decimal(self.not_yet_due))
                self.not_yet_due = str(owed)
            if each.kind is AdjustmentKind.REINSTATE and done:
                self._undo()

    def _undo(self) -> None:
        for each in [one for one in self.payments if isinstance(one, Met)]:
            self.payments.remove(each)
            self.not_yet_due = str(Decimal(self.not_yet_due) - sum(each.met.values()))


class Met(Payment):
    """What a re-age met: nobody paid it."""


def _sum(payment: Payment):
    return money(sum(payment.met.values(), start=Decimal(0)))


def _still(made: ReAge, there: list[Payment]):
    if made.approved_at is None:
        return None
    counted = (each for each in there if made.paid_since <= each.on <= made.approved_at.date())
    return money(sum((_sum(each).amount for each in counted), start=Decimal(0)))


def office(*, paid: int = 3, rule: dict[str, object] | None = None, **terms: object) -> Office:
    """Five minimums of 200 fell due, so many of them were paid, each two months late; 1,000 more are owed."""
    strategy = make_strategy({"first": 5, "second": 200})
    made = Office(strategy.model_copy(update={"re_age": ReAgeTerms(**terms)}), under_rules(make_rules()))
    made.rules = with_re_age(made.rules, **(rule or {}))
    for due_on in DUE:
        made.owe(due_on, 200)
    for on in PAID[:paid]:
        made.give(on, 200)
    made.open(TODAY - timedelta(days=1))
    return made


def ask(world: Office, name: str = "r-1", *, on: date = TODAY, clock: str = "12:00", **said: object) -> Answer:
    said = {"evidence": "DOC-7", "by": "agent-1", **said}
    return world.ring(on, AskReAge(id=name, **said), clock=clock).answers[-1]


def approve(world: Office, name: str = "r-1", *, on: date = TODAY, clock: str = "15:00", **said: object) -> Answer:
    said = {"id": "a-1", "by": "lead-2", **said}
    return world.ring(on, Approve(offer=name, **said), clock=clock).answers[-1]


def decline(world: Office, name: str = "r-1", *, on: date = TODAY, clock: str = "15:00", **said: object) -> Answer:
    said = {"id": "d-1", "by": "lead-2", "reason": "not-willing", **said}
    return world.ring(on, Decline(offer=name, **said), clock=clock).answers[-1]


def state(world: Office) -> ReAgeState:
    return world.case.re_age.state


def kept(world: Office, kind: type[Entry] = KeepReAge) -> list:
    """What the steps kept, of this kind."""
    return [entry for step in world.steps for entry in step.entries if isinstance(entry, kind)]


def agreed() -> Office:
    """Asked for and approved; the card system has not said anything yet."""
    world = office()
    world.cards[AdjustmentKind.RE_AGE] = AdjustmentState.ASKED
    assert ask(world).accepted
    assert approve(world).accepted
    world.ring(TODAY, AdjustmentAnswered(key=KEY, states=(AdjustmentState.ASKED,)), clock="15:05")
    return world
