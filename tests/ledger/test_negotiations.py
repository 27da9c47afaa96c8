"""Negotiations: every step is kept once, told in the audit, and the last one stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.model.entries import KeepNegotiation
from domain.model.negotiation import (
    Approve,
    Decline,
    MadeOffer,
    Negotiation,
    OfferState,
    Proposer,
    ProposeTerms,
)
from domain.model.offers import Level, Offer, Proposal, Verdict
from ledger import audit, keeping, negotiations
from ledger.kept import Kept
from tests.ledger.conftest import instant

AT = instant("2005-06-23T01:00:00")


@pytest.fixture
def conn(book):
    book.open_case(AT)
    return book.conn


@pytest.fixture
def made(book) -> MadeOffer:
    amounts = {"monthly": book.money(700), "total": book.money(700), "forgiven": {"principal": book.money(300)}}
    days = {"first_on": date(2005, 7, 23), "expires_on": date(2005, 7, 7)}
    offer = Offer(entry="less", kind="settlement", count=1, level=Level.SUPERVISOR, **amounts, **days)
    return MadeOffer(id="o-1", offer=offer, state=OfferState.AWAITING, asked_by="agent-1")


def keep(conn, entry: KeepNegotiation, minutes: int) -> list[str]:
    keeping.keep(conn, [entry], Kept("a1/1", "a1", "p1", AT + timedelta(minutes=minutes)))
    return [row.kind for row in audit.rows(conn, "a1/1")]


def proposed(book, made: MadeOffer) -> KeepNegotiation:
    asked = ProposeTerms(
        id="o-1",
        proposal=Proposal(final=book.money(700)),
        by="agent-1",
        proposer=Proposer.REPRESENTATIVE,
        spoken_by="adv-7",
    )
    now = Negotiation(rests_on="rep-1", rounds=1, changes=1, offer=made)
    return KeepNegotiation(negotiation=now, request=asked, verdict=Verdict.NEEDS_APPROVAL, by="agent-1")


def after(made: MadeOffer, state: OfferState, changes: int, **more: object) -> KeepNegotiation:
    now = Negotiation(rests_on="rep-1", rounds=1, changes=changes, offer=made.model_copy(update={"state": state}))
    return KeepNegotiation(negotiation=now, **more)


def test_every_step_is_kept_and_told_once_and_the_last_one_stands(book, conn, made) -> None:
    assert negotiations.standing(conn, "a1/1") is None
    declined = Decline(id="d-1", offer="o-1", by="lead-1", reason="policy")
    approved = Approve(id="a-1", offer="o-1", by="lead-1")
    steps = (
        proposed(book, made),
        after(made, OfferState.DECLINED, 2, request=declined, by="lead-1"),
        after(made, OfferState.AGREED, 3, request=approved, by="lead-1"),
        after(made, OfferState.EXPIRED, 4),
        after(made, OfferState.TAKEN, 5, plan="plan-1", by="op-1"),
    )
    for minutes, entry in enumerate(steps):
        for _ in range(2):
            kinds = keep(conn, entry, minutes)
        assert negotiations.standing(conn, "a1/1") == entry.negotiation
    assert kinds == ["terms_proposed", "terms_declined", "terms_approved", "terms_expired", "terms_signed"]
    found = negotiations.of_case(conn, "a1/1")
    assert [(step.step, step.by, step.verdict, step.reason) for step in found] == [
        ("proposed", "agent-1", Verdict.NEEDS_APPROVAL, None),
        ("declined", "lead-1", None, "policy"),
        ("approved", "lead-1", None, None),
        ("expired", None, None, None),
        ("signed", "op-1", None, None),
    ]
    assert (found[0].proposer, found[0].proposal) == (Proposer.REPRESENTATIVE, Proposal(final=book.money(700)))
    said = audit.rows(conn, "a1/1")[0].content
    assert (said["verdict"], said["role"], said["proposal"]) == (
        "needs_approval",
        "agent",
        {"final": {"amount": "700", "currency": "TWD"}},
    )
    assert said["offer"]["forgiven"] == {"principal": {"amount": "300", "currency": "TWD"}}


def test_of_a_step_that_was_decided_again_the_last_run_counts(book, conn, made) -> None:
    keep(conn, proposed(book, made), 0)
    keep(conn, after(made, OfferState.STANDING, 1), 1)
    assert [step.negotiation.offer.state for step in negotiations.of_case(conn, "a1/1")] == [OfferState.STANDING]


def test_what_came_to_nothing_is_kept_without_an_offer(book, conn) -> None:
    asked = ProposeTerms(id="o-1", answers="o-0", by="agent-1")
    keep(conn, KeepNegotiation(negotiation=Negotiation(rounds=1, changes=1), request=asked, by="agent-1"), 0)
    (step,) = negotiations.of_case(conn, "a1/1")
    assert (step.negotiation.offer, step.proposal, step.verdict) == (None, None, None)
