"""A case that is negotiated about, for the tests of offers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.model.ability import Share
from domain.model.adjustments import AdjustmentState, KnownAdjustment
from domain.model.causes import Cause, CausePath
from domain.model.component import Component
from domain.model.concessions import KnownConcession
from domain.model.entries import AskAdjustment, Entry, KeepConcession, KeepNegotiation
from domain.model.money import Money
from domain.model.negotiation import Approve, Decline, ProposeTerms
from domain.model.offers import OfferBook, Proposal
from domain.model.repayment import KnownAbility, RunningPlan
from domain.model.strategy import Promises
from tests.domain.case.planned import TERMS, under_rules

TODAY = date(2026, 6, 2)
"""A Tuesday."""
EXPIRES = date(2026, 6, 16)
BOOK = OfferBook.model_validate(
    {
        "expires_days": 14,
        "first_within_days": 30,
        "most_rounds": 3,
        "entries": [
            {"id": "now", "kind": "pay_now", "within_days": 10, "gives": [{"component": "fee", "percent": 100}]},
            {"id": "free", "kind": "instalments", "counts": [3, 6, 12]},
            {"id": "less", "kind": "settlement", "level": "supervisor", "least_percent": 70, "within_days": 30},
            {"id": "relief", "kind": "hardship", "token": 5, "review_months": 3},
        ],
    }
)
PATHS = {Cause.ILLNESS: CausePath(pause={"days": 30}, work=({"task": "hardship_assessment", "days": 7},))}


def euros(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def bargaining(new_world, *, affordable: int | None = 250, book: OfferBook | None = BOOK, **strategy: object):
    """600 are owed, of which 200 are past due: 60 of interest and 20 of fees; so much can be paid in a month."""
    made = new_world({"first": 5, "second": 12, "third": 40}, not_yet_due="400")
    promises = Promises(horizon_days=30, most=2, grace_days=2)
    sections = {"plans": TERMS, "promises": promises, "offers": book, "causes": PATHS, **strategy}
    made.strategy = made.strategy.model_copy(update=sections)
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    owed = {Component.PRINCIPAL: 520, Component.INTEREST: 60, Component.FEE: 20}
    made.about["owed"] = {name: euros(amount) for name, amount in owed.items()}
    can_pay(made, affordable)
    made.open(date(2026, 6, 1))
    return made


def can_pay(world, amount: int | None, report: str = "rep-1", *running: RunningPlan) -> None:
    """The newest ability report says so, and 100 for the customer's other card; None: there is none."""
    shares = tuple(
        Share(account_id=name, balance=euros(balance), monthly=euros(monthly))
        for name, balance, monthly in (("a1", 600, amount or 0), ("a2", 300, 100))
    )
    known = KnownAbility(report_id=report, on=TODAY, shares=shares, running=running)
    world.about["ability"] = None if amount is None else known


def propose(world, name: str = "o-1", *, on: date = TODAY, clock: str = "12:00", **said: object):
    """The answer to a proposal: ``count``, ``monthly``, ``once`` or ``final``; none of them takes an offer."""
    terms = {key: said.pop(key) for key in ("count", "monthly", "once", "final") if key in said}
    money = {key: value if key == "count" else euros(value) for key, value in terms.items()}
    asked = ProposeTerms(id=name, proposal=Proposal(**money) if money else None, by=said.pop("by", "agent-1"), **said)
    return world.ring(on, asked, clock=clock).answers[-1]


def approve(world, offer: str = "o-1", *, on: date = TODAY, clock: str = "15:00", **said: object):
    asked = Approve(id=said.pop("name", "a-1"), offer=offer, by=said.pop("by", "lead-1"), **said)
    return world.ring(on, asked, clock=clock).answers[-1]


def decline(world, offer: str = "o-1", *, on: date = TODAY, clock: str = "15:00", **said: object):
    asked = Decline(id="d-1", offer=offer, by=said.pop("by", "lead-1"), reason="policy", **said)
    return world.ring(on, asked, clock=clock).answers[-1]


def kept(world, kind: type[Entry] = KeepNegotiation) -> list:
    """What the steps kept, of this kind."""
    return [entry for step in world.steps for entry in step.entries if isinstance(entry, kind)]


def paid(world, amount: int, *, returned: int = 0, state: AdjustmentState = AdjustmentState.CONFIRMED) -> None:
    """So much counts for what is conceded, and so much was taken back; the card system answered so to everything."""
    (granted,) = kept(world, KeepConcession)
    asked = {entry.adjustment.key: entry.adjustment for entry in kept(world, AskAdjustment)}
    mine = [each for key, each in asked.items() if key.startswith(f"{granted.concession.id}/")]
    known = KnownConcession(
        concession=granted.concession,
        paid=euros(amount),
        returned=euros(returned),
        adjustments=tuple(KnownAdjustment(adjustment=each, state=state) for each in mine),
    )
    world.about["concessions"] = (known,)
