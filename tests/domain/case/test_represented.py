"""A customer who is represented: who is written to, who may be contacted by hand, and whose word counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.case.channels import asked, in_order, usable_channels
from domain.model.contact import FactKind, Party, PastFact, Purpose
from domain.model.entries import GivePromise, KeepPlan
from domain.model.events import LedgerChanged
from domain.model.facts import Reach
from domain.model.pack import Pack
from domain.model.promise import MakePromise
from domain.model.representative import PROPOSING
from domain.model.strategy import Channel, Promises
from tests.domain.case.desk import packs_of
from tests.domain.case.planned import TERMS, agree, under_rules
from tests.domain.compliance.small_packs import fact, rule

EMAIL, LETTER = Channel.EMAIL, Channel.LETTER
DUE, FIRST = date(2024, 5, 20), date(2024, 5, 25)
REPRESENTED = {
    "consents": [rule("authority", grants="third_party")],
    "parties": [rule("debtor", reach="free"), rule("attorney", reach="conditional", condition="authority")],
    "holds": [
        rule(
            "attorney_represented",
            opened_by="on",
            closed_by=["off"],
            parties=["debtor"],
            blocks=["collect_contact"],
            allows=["legal_notice"],
            turns_to=["attorney"],
        )
    ],
}
OWN = (Reach(address="c-mail", channel=EMAIL), Reach(address="c-letter", channel=LETTER))
ADVOCATE = Reach(address="adv-letter", channel=LETTER, party=Party.ATTORNEY, party_id="adv-7")
STRANGER = Reach(address="x-mail", channel=EMAIL, party=Party.ATTORNEY)


def represented(at, **more):
    """The lawyer adv-7 speaks for the customer, and the customer is left alone."""
    return (
        PastFact(at, FactKind.CONSENT, name="authority", party=Party.ATTORNEY, party_id="adv-7", **more),
        PastFact(at, FactKind.HOLD, name="attorney_represented", **more),
    )


def under_packs(world, *packs: Pack) -> None:
    world.rules = world.rules.model_copy(update={"packs": packs})


# --- who is written to


@pytest.fixture
def world(new_world):
    """One notice on day 5, by e-mail or letter; the customer and a lawyer can be reached."""
    world = new_world({"first": 5}, channels=(EMAIL, LETTER))
    under_packs(world, *packs_of(**REPRESENTED))
    world.owe(DUE, "100")
    world.about = {"reach": (*OWN, ADVOCATE, STRANGER)}
    return world


def facts_of(world, *facts):
    world.said = facts
    return world.facts(world.instant(FIRST))


def test_a_notice_goes_to_the_lawyer_by_the_ways_that_lead_there(world) -> None:
    facts = facts_of(world, *represented(world.instant(DUE)))
    assert usable_channels(facts) == {LETTER}
    (step,) = facts.strategy.ladder
    assert in_order(step, (), facts) == (LETTER,)
    ask = asked(LETTER, None, facts, facts.as_of)
    assert (ask.party, ask.party_id, ask.address) == (Party.ATTORNEY, "adv-7", "adv-letter")


def test_a_notice_of_the_law_that_the_hold_allows_goes_to_the_customer(world) -> None:
    facts = facts_of(world, *represented(world.instant(DUE)))
    ask = asked(EMAIL, "right_to_cure", facts, facts.as_of)
    assert (ask.party, ask.address, ask.purpose) == (Party.DEBTOR, "c-mail", Purpose.LEGAL_NOTICE)


def test_where_the_lawyer_cannot_be_reached_it_never_falls_back_on_the_customer(world) -> None:
    world.about["reach"] = (*OWN, STRANGER)
    facts = facts_of(world, *represented(world.instant(DUE)))
    assert usable_channels(facts) == frozenset()
    ask = asked(EMAIL, None, facts, facts.as_of)
    assert (ask.party, ask.party_id, ask.address) == (Party.ATTORNEY, "adv-7", None)


def test_before_the_check_and_after_the_end_it_is_for_the_customer(world) -> None:
    for facts in ((), represented(world.instant(DUE), until=world.instant(FIRST))):
        assert asked(EMAIL, None, facts_of(world, *facts), world.instant(FIRST)).party is Party.DEBTOR


def test_the_case_sends_its_notice_by_the_lawyers_channel(world) -> None:
    world.said = represented(world.instant(DUE))
    world.open(FIRST)
    assert [command.channel for step in world.steps for command in step.commands] == [LETTER]


@pytest.mark.parametrize(
    ("days", "leaves_on"), [(1, FIRST + timedelta(days=1)), (7, FIRST + timedelta(days=7)), (8, None)]
)
def test_where_the_lawyer_is_closed_an_authority_that_ends_soon_is_waited_for(world, days, leaves_on) -> None:
    until = world.instant(FIRST + timedelta(days=days), "00:00")
    stopped = PastFact(world.instant(DUE), FactKind.OPT_OUT, party=Party.ATTORNEY, party_id="adv-7")
    under_packs(world, *packs_of(**REPRESENTED, opt_outs=[rule("stop", channels=["email", "letter"], scope="all")]))
    world.said = (*represented(world.instant(DUE), until=until), stopped)
    world.open(FIRST)
    if leaves_on is None:
        assert [entry.task for step in world.steps for entry in step.entries] == ["barred"]
    else:
        assert [entry for step in world.steps for entry in step.entries] == []
        assert world.case.next.wake_at == world.instant(leaves_on)
        world.end_of(leaves_on)
        assert [command.channel for step in world.steps for command in step.commands] == [EMAIL]


def test_a_notice_that_waits_for_the_morning_is_for_who_is_to_be_asked_then(world) -> None:
    world.said = represented(world.instant(DUE), until=world.instant(FIRST + timedelta(days=1), "00:00"))
    world.open(FIRST, clock="22:30")
    assert [entry for step in world.steps for entry in step.entries] == []
    assert world.case.next.wake_at == world.instant(FIRST + timedelta(days=1), "09:30")


def test_a_customer_who_is_left_alone_without_a_checked_lawyer_is_work_for_people(world) -> None:
    world.said = represented(world.instant(DUE))[1:]
    world.open(FIRST)
    assert [command for step in world.steps for command in step.commands] == []
    assert world.case.next.deferred_by == ("xx.attorney_represented",)


# --- who may be contacted by hand


def test_a_permit_for_the_customer_is_refused_with_whom_to_contact_instead(desk_of) -> None:
    desk = desk_of(packs_of(**REPRESENTED))
    desk.said += represented(fact("2026-03-01T10:00", "hold").at)
    answer = desk.request()
    assert answer.refused_by == ("xx.attorney_represented",)
    assert answer.text.endswith("; for the customer speaks attorney adv-7: ask for a contact with them")
    assert desk.request(party=Party.ATTORNEY, party_id="adv-7").accepted


@pytest.mark.parametrize("party_id", [None, "adv-8"])
def test_a_permit_for_whoever_says_so_is_refused_until_somebody_has_checked_it(desk_of, party_id) -> None:
    desk = desk_of(packs_of(**REPRESENTED))
    desk.said += represented(fact("2026-03-01T10:00", "hold").at)
    answer = desk.request(party=Party.ATTORNEY, party_id=party_id)
    assert answer.refused_by == ("xx.attorney",)
    assert answer.text.endswith(
        "; a second person must check their authority first, and the request must say by party_id who they are"
    )


def test_a_lawyer_who_is_refused_for_the_hour_is_told_the_hour_only(desk_of) -> None:
    desk = desk_of(packs_of(**REPRESENTED))
    desk.said += represented(fact("2026-03-01T10:00", "hold").at)
    answer = desk.request(party=Party.ATTORNEY, party_id="adv-7", at="2026-03-03T23:00")
    assert answer.text.endswith("is not allowed by xx.day: allowed from 2026-03-04 at 08:00 on")


def test_a_permit_for_the_customer_is_taken_back_when_the_authority_is_checked(desk_of) -> None:
    desk = desk_of(packs_of(**REPRESENTED))
    given = desk.request("r-1", minutes=60).permit
    desk.now += timedelta(minutes=5)
    desk.said += represented(desk.now)
    desk.step(LedgerChanged())
    assert desk.world.case.timeline[-1].text.startswith("Permit taken back: call, debtor (xx.attorney_represented)")
    assert given.permit_id in desk.permits


# --- whose word counts


def may_propose(at, **more):
    return PastFact(at, FactKind.CONSENT, name=PROPOSING, party=Party.ATTORNEY, party_id="adv-7", **more)


MADE_ON = date(2026, 6, 2)
MORNING, NOON = datetime(2026, 6, 2, 6, tzinfo=UTC), datetime(2026, 6, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def negotiating(new_world):
    """A case that takes promises and plans."""
    made = new_world({"first": 5, "second": 12}, not_yet_due="400")
    takes = Promises(horizon_days=10, most=2, grace_days=2, kept_percent=90, remind_days_before=1, channels=(EMAIL,))
    made.strategy = made.strategy.model_copy(update={"promises": takes, "plans": TERMS})
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    return made


def promise_by(new_money, who):
    return MakePromise(id="p-1", amount=new_money("50", "EUR"), due_on=date(2026, 6, 5), spoken_by=who)


def test_what_a_representative_promises_is_the_customers_word(negotiating, new_money) -> None:
    negotiating.said = (may_propose(negotiating.instant(MADE_ON) - DAY),)
    step = negotiating.ring(MADE_ON, promise_by(new_money, "adv-7"))
    assert step.answers[-1].accepted
    assert any(isinstance(entry, GivePromise) for entry in step.entries)
    assert "adv-7 spoke for the customer: p-1." in [line.text for line in step.case.timeline]


def test_a_plan_that_a_representative_agreed_to_is_the_customers(negotiating) -> None:
    negotiating.said = (may_propose(negotiating.instant(MADE_ON) - DAY),)
    step = negotiating.ring(MADE_ON, agree(spoken_by="adv-7"))
    assert step.answers[-1].accepted, step.answers[-1].text
    assert any(isinstance(entry, KeepPlan) for entry in step.entries)


@pytest.mark.parametrize(
    ("facts", "who"),
    [
        ((), "adv-7"),
        ((may_propose(MORNING),), "adv-8"),
        ((may_propose(MORNING, debts=("a2",)),), "adv-7"),
        ((may_propose(MORNING, until=NOON),), "adv-7"),
        ((may_propose(NOON + DAY),), "adv-7"),
        (represented(MORNING), "adv-7"),
    ],
)
def test_without_an_authority_to_propose_nobody_promises_for_the_customer(negotiating, new_money, facts, who) -> None:
    negotiating.said = facts
    step = negotiating.ring(MADE_ON, promise_by(new_money, who), agree(spoken_by=who))
    assert step.entries == ()
    assert {(told.accepted, told.text) for told in step.answers} == {
        (
            False,
            f"no checked authority lets {who} propose for the customer here: enter one, or ask the customer",
        )
    }


def test_the_customers_own_word_needs_no_authority(negotiating, new_money) -> None:
    step = negotiating.ring(MADE_ON, promise_by(new_money, None))
    assert step.answers[-1].accepted
    assert not any("spoke for the customer" in line.text for line in step.case.timeline)
