"""A negotiation ends within its rounds, and nobody gets more by insisting."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.model.money import Money
from domain.model.offers import Considered, Level, NoOffer, OfferBook, Proposal, Verdict
from domain.offers.customer import Customer
from domain.offers.negotiating import as_proposal, consider
from domain.offers.proposing import propose
from tests.domain.offers.test_proposing import BOOK, customer, money

WHO = customer(affordable=200)
"""Can have 6, 12, 24, 36 or 60 instalments, or pay 160 now."""


def said(found: Considered) -> tuple[Verdict, str | None, int | None]:
    offer = found.offer
    return found.verdict, None if offer is None else offer.entry, None if offer is None else offer.count


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        (Proposal(count=6), (Verdict.ACCEPTED, "free", 6)),
        (Proposal(count=36), (Verdict.ACCEPTED, "rate", 36)),
        (Proposal(count=3), (Verdict.COUNTERED, "free", 6)),  # more than can be paid in a month
        (Proposal(count=9), (Verdict.COUNTERED, "free", 6)),  # as near as 12, and sooner over
        (Proposal(count=100), (Verdict.COUNTERED, "rate", 60)),
        (Proposal(monthly=money(200)), (Verdict.ACCEPTED, "free", 6)),  # the soonest that it pays for
        (Proposal(monthly=money(90)), (Verdict.ACCEPTED, "free", 12)),
        (Proposal(monthly=money(5)), (Verdict.COUNTERED, "rate", 60)),
        (Proposal(once=money(160)), (Verdict.ACCEPTED, "now", 1)),
        (Proposal(once=money(50)), (Verdict.COUNTERED, "now", 1)),
    ],
)
def test_what_is_proposed_is_accepted_or_countered_with_the_nearest_terms(proposal, expected) -> None:
    assert said(consider(proposal, WHO, BOOK)) == expected


def test_what_is_agreed_is_told_in_the_words_of_the_customer() -> None:
    words = consider(Proposal(count=6), WHO, BOOK).why
    assert words == "6 instalments of at most 170.00 TWD, 1,000.00 TWD in all, from 2026-12-27 on"
    assert consider(Proposal(once=money(160)), WHO, BOOK).why == "160.00 TWD by 2026-12-07"


SETTLES = customer(affordable=700, bucket="loss", past_due=1000)


def test_a_settlement_inside_the_floor_is_for_a_supervisor() -> None:
    offered = Proposal(final=money(700))
    agent, supervisor = (consider(offered, SETTLES, BOOK, level) for level in (Level.AGENT, Level.SUPERVISOR))
    assert (said(agent), said(supervisor)) == (
        (Verdict.NEEDS_APPROVAL, "less", 1),
        (Verdict.ACCEPTED, "less", 1),
    )
    assert agent.why == "the bank will answer by 2026-12-11: a supervisor decides"
    assert supervisor.why == "700.00 TWD by 2026-12-27 settles everything that is owed"
    assert as_proposal(supervisor.offer) == offered


def test_below_the_floor_an_agents_counter_does_not_tell_it() -> None:
    found = consider(Proposal(final=money(300)), SETTLES, BOOK)
    assert (found.verdict, found.offer.kind) == (Verdict.COUNTERED, "instalments")
    assert "700" not in found.why


def test_who_proposes_more_than_the_floor_pays_what_they_proposed_and_at_most_all() -> None:
    for proposed, pays in ((850, 850), (5_000, 1_000)):
        offer = consider(Proposal(final=money(proposed)), SETTLES, BOOK).offer
        given_up = sum(part.amount for part in offer.forgiven.values())
        assert (offer.monthly, given_up) == (money(pays), 1_000 - pays)


def test_a_settlement_may_be_paid_from_elsewhere_than_a_months_income() -> None:
    poor = customer(affordable=1, bucket="loss")
    assert consider(Proposal(final=money(800)), poor, BOOK).verdict is Verdict.NEEDS_APPROVAL
    unknown = customer(affordable=None, bucket="loss")
    assert consider(Proposal(final=money(800)), unknown, BOOK).verdict is Verdict.NEEDS_APPROVAL


def test_a_settlement_in_another_currency_is_none() -> None:
    euros = Proposal(final=Money(amount=Decimal(900), currency="EUR"))
    assert consider(euros, SETTLES, BOOK).offer.kind != "settlement"


def test_where_only_a_supervisor_may_agree_an_agent_has_nothing_to_offer() -> None:
    book = OfferBook(entries=[entry for entry in BOOK.entries if entry.id == "less"])
    assert consider(Proposal(count=6), SETTLES, book).verdict is Verdict.NOTHING
    assert consider(Proposal(count=6), SETTLES, book, Level.SUPERVISOR).verdict is Verdict.NOTHING


@pytest.mark.parametrize(
    ("monthly", "words"),
    [(50, "50.00 TWD a month until 2027-05-27, when it is looked at again"), (10, "no payment until 2027-02-27")],
    ids=["token", "pause"],
)
def test_who_can_pay_next_to_nothing_is_eased(monthly, words) -> None:
    who = customer(20_000, affordable=monthly, in_hardship=True)
    found = consider(Proposal(monthly=money(monthly)), who, BOOK)
    assert (found.verdict, found.why.startswith(words)) == (Verdict.ACCEPTED, True), found.why


@pytest.mark.parametrize(("affordable", "why"), [(None, "it is not known yet"), (1, "no terms fit")])
def test_where_there_is_no_offer_nothing_is_bargained_over(affordable, why) -> None:
    found = consider(Proposal(count=6), customer(20_000, affordable=affordable), BOOK)
    assert (found.verdict, found.offer, found.why.startswith(why)) == (Verdict.NOTHING, None, True)


@pytest.mark.parametrize("wrong", [{}, {"count": 3, "monthly": money(5)}, {"count": 0}])
def test_a_proposal_says_one_thing(wrong) -> None:
    with pytest.raises(ValidationError):
        Proposal(**wrong)


# --- properties

CUSTOMERS = st.builds(
    customer,
    st.integers(60, 30_000),
    affordable=st.integers(0, 3_000),
    bucket=st.sampled_from(["special", "loss"]),
    in_hardship=st.booleans(),
)
PROPOSALS = st.one_of(
    st.integers(1, 100).map(lambda count: Proposal(count=count)),
    st.integers(0, 5_000).map(lambda amount: Proposal(monthly=money(amount))),
    st.integers(0, 5_000).map(lambda amount: Proposal(once=money(amount))),
    st.integers(0, 5_000).map(lambda amount: Proposal(final=money(amount))),
)


@given(CUSTOMERS, PROPOSALS, st.sampled_from(Level))
def test_a_counter_that_is_sent_back_is_accepted(who, proposal, listens) -> None:
    found = consider(proposal, who, BOOK, listens)
    if found.verdict is Verdict.COUNTERED:
        again = consider(as_proposal(found.offer), who, BOOK, listens)
        assert again.verdict is Verdict.ACCEPTED
        assert again.offer.monthly <= found.offer.monthly


@given(CUSTOMERS, PROPOSALS, st.sampled_from(Level), st.integers(0, 9))
def test_the_round_moves_nothing_but_the_end(who, proposal, listens, rounds) -> None:
    first, later = (consider(proposal, who, BOOK, listens, number) for number in (0, rounds))
    assert later.offer == first.offer
    assert later.verdict is first.verdict or (later.verdict, first.verdict) == (Verdict.ENDED, Verdict.COUNTERED)


@given(CUSTOMERS, PROPOSALS, st.sampled_from(Level))
def test_whatever_is_answered_can_be_afforded(who, proposal, listens) -> None:
    offer = consider(proposal, who, BOOK, listens).offer
    assert offer is None or offer.kind == "settlement" or offer.monthly <= who.affordable


@given(CUSTOMERS, PROPOSALS, st.sampled_from(Level), st.integers(0, 9))
def test_no_counter_tells_the_floor_of_a_settlement(who, proposal, listens, rounds) -> None:
    found = consider(proposal, who, BOOK, listens, rounds)
    if found.offer is not None and found.offer.kind == "settlement":
        assert found.verdict in (Verdict.ACCEPTED, Verdict.NEEDS_APPROVAL)
        assert found.offer.monthly == min(proposal.final, who.balance)


# --- customers that follow a script

Script = Callable[[Customer], Iterator[Proposal]]


def stubborn(_: Customer) -> Iterator[Proposal]:
    while True:
        yield Proposal(monthly=money(1))


def at_random(_: Customer) -> Iterator[Proposal]:
    chance = random.Random(7)
    while True:
        yield Proposal(count=chance.choice([1, 2, 9, 80, 99]))


def honest(who: Customer) -> Iterator[Proposal]:
    while True:
        yield Proposal(monthly=who.affordable)


def greedy(who: Customer) -> Iterator[Proposal]:
    """Begins with a tenth and gives way by as much each time."""
    tenth = who.balance.minor // 1000
    for part in range(1, 100):
        yield Proposal(once=money(tenth * part))


def silent(_: Customer) -> Iterator[Proposal]:
    yield from ()


def negotiated(script: Script, who: Customer) -> tuple[int, Considered | None]:
    """How many rounds it took, and the last answer."""
    last = None
    for rounds, proposal in enumerate(script(who)):
        last = consider(proposal, who, BOOK, rounds=rounds)
        if last.verdict is not Verdict.COUNTERED:
            return rounds, last
    return 0, last


@pytest.mark.parametrize(
    ("script", "rounds", "verdict"),
    [
        (stubborn, BOOK.most_rounds, Verdict.ENDED),
        (at_random, BOOK.most_rounds, Verdict.ENDED),
        (honest, 0, Verdict.ACCEPTED),
        (greedy, 1, Verdict.ACCEPTED),
    ],
)
def test_each_scripted_customer_comes_to_a_stated_end_within_the_rounds(script, rounds, verdict) -> None:
    took, last = negotiated(script, WHO)
    assert (took, last.verdict) == (rounds, verdict)


def test_who_is_silent_has_the_offers_until_they_expire() -> None:
    assert negotiated(silent, WHO) == (0, None)
    offers = propose(WHO, BOOK)
    assert not isinstance(offers, NoOffer)
    assert {offer.expires_on for offer in offers} == {WHO.today + timedelta(days=BOOK.expires_days)}


def test_the_stubborn_and_the_honest_are_offered_the_same() -> None:
    _, stubborn_end = negotiated(stubborn, WHO)
    assert stubborn_end.offer == consider(Proposal(monthly=money(1)), WHO, BOOK).offer
