"""While somebody speaks for the customer, notices go to them and to nobody else; the auditor sees the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.channels.base import NotTaken
from domain.model.blocker import Blocker
from domain.model.contact import Actor, Outcome, Party, PastContact
from domain.model.representative import MayDo, Representative, RepresentativeKind
from domain.model.strategy import Channel
from ledger import accounts, messages
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.engine import Ledger
from policies import load_rules
from starter import representing
from starter.auditing import audit_ledger
from tests.activities.sending import KEY, LATER, SENT, WorldOf, blocker_of, scripted, send, stop_of
from tests.activities.world import DECIDED_AT, World

ADVOCATE = ContactPoint("adv-7-file", "P-1", Channel.FILE, "file:advocate", party=Party.ATTORNEY, party_id="adv-7")
OTHER = replace(ADVOCATE, contact_point_id="adv-8-file", address="file:other", party_id="adv-8")
BEFORE = DECIDED_AT - timedelta(days=2)
ASKED = Representative(
    representative_id="auth-1",
    person_id="P-1",
    kind=RepresentativeKind.ATTORNEY,
    party_id="adv-7",
    may_do=(MayDo.CONTACT,),
    evidence="DOC-1",
    evidence_channel=Channel.LETTER,
    from_on=date(2026, 3, 1),
)


@pytest.fixture
def bank(place: WorldOf) -> World:
    """Under the rules of China; the customer and two lawyers have contact points."""
    world = place(rules=load_rules("cn"))
    with world.ledger.write() as conn:
        for point in (OTHER, ADVOCATE):
            accounts.add_contact_point(conn, point)
    return world


def enter(ledger: Ledger, asked: Representative = ASKED) -> None:
    with ledger.write() as conn:
        representing.enter(conn, asked, "op-1", BEFORE)


def check(ledger: Ledger) -> None:
    with ledger.write() as conn:
        representing.check(conn, "auth-1", "op-2", BEFORE)


def end(ledger: Ledger) -> None:
    with ledger.write() as conn:
        representing.end(conn, "auth-1", "op-1", DECIDED_AT - timedelta(minutes=1), "revoked")


def reached(world: World, key: str = KEY) -> tuple[Party, str | None, str | None] | None:
    contact = world.contact(key)
    return None if contact is None else (contact.made.party, contact.made.party_id, contact.made.address)


def test_a_notice_goes_to_the_representative(bank: World) -> None:
    enter(bank.ledger)
    check(bank.ledger)
    assert send(bank) == SENT
    assert reached(bank) == (Party.ATTORNEY, "adv-7", "adv-7-file")
    with bank.ledger.read() as conn:
        row = messages.get(conn, KEY)
    assert row is not None
    assert (row.party, row.contact_point_id) == (Party.ATTORNEY, "adv-7-file")
    found = audit_ledger(bank.ledger)
    assert (found.is_clean, found.contacts) == (True, 1)


@pytest.mark.parametrize("steps", [(), (enter,), (enter, check, end)], ids=["nobody", "not checked", "ended"])
def test_before_the_check_and_after_the_end_it_goes_to_the_customer(bank: World, steps) -> None:
    for step in steps:
        step(bank.ledger)
    assert send(bank) == SENT
    assert reached(bank) == (Party.DEBTOR, None, "C-1")
    assert audit_ledger(bank.ledger).is_clean


@pytest.mark.parametrize(
    "days",
    [{"from_on": date(2026, 3, 21)}, {"until_on": date(2026, 3, 20)}],
    ids=["not yet", "no more"],
)
def test_outside_of_its_days_it_goes_to_the_customer(bank: World, days) -> None:
    enter(bank.ledger, ASKED.model_copy(update=days))
    check(bank.ledger)
    assert send(bank) == SENT
    assert reached(bank) == (Party.DEBTOR, None, "C-1")


def test_an_authority_for_another_account_changes_nothing_here(bank: World) -> None:
    bank.add_account("A-2")
    enter(bank.ledger, ASKED.model_copy(update={"accounts": ("A-2",)}))
    check(bank.ledger)
    assert send(bank) == SENT
    assert reached(bank) == (Party.DEBTOR, None, "C-1")
    assert send(bank, account_id="A-2") == SENT
    assert reached(bank, "A-2/1/first/1") == (Party.ATTORNEY, "adv-7", "adv-7-file")


def test_a_relative_may_be_told_too_and_the_customer_is_written_to_as_before(bank: World) -> None:
    enter(bank.ledger, ASKED.model_copy(update={"kind": RepresentativeKind.RELATIVE}))
    check(bank.ledger)
    assert send(bank) == SENT
    assert reached(bank) == (Party.DEBTOR, None, "C-1")


def test_a_representative_without_a_contact_point_leaves_work_for_people_and_the_customer_alone(bank: World) -> None:
    enter(bank.ledger, ASKED.model_copy(update={"party_id": "adv-9"}))
    check(bank.ledger)
    assert blocker_of(send(bank)) is Blocker.NO_CONTACT_POINT
    assert bank.contact() is None


def test_one_that_was_on_its_way_to_the_customer_is_not_sent_again_to_them(bank: World) -> None:
    def busy() -> None:
        enter(bank.ledger)
        check(bank.ledger)
        raise NotTaken("busy")

    with pytest.raises(ApplicationError):
        send(bank, scripted(bank, before=busy))
    refused = stop_of(send(bank))
    assert (refused.blocker, bank.files()) == (Blocker.BARRED, [])


# --- what the auditor says of contacts that were made all the same


def made(party: Party, party_id: str | None = None) -> Contact:
    contact = PastContact(LATER, Channel.CALL, Outcome.CONVERSATION, actor=Actor.CREDITOR, debts=("A-1",))
    return Contact("call-1", "P-1", replace(contact, party=party, party_id=party_id), case_id="A-1/1")


def breaches(world: World) -> set[str]:
    world.now = LATER
    return {breach.rule for breach in audit_ledger(world.ledger).breaches} - {"gate.no_permit"}


@pytest.mark.parametrize(
    ("steps", "call", "found"),
    [
        ((enter,), made(Party.ATTORNEY, "adv-7"), {"base.attorney"}),
        ((enter, check), made(Party.ATTORNEY, "adv-7"), set()),
        ((enter, check), made(Party.ATTORNEY, "adv-8"), {"base.attorney"}),
        ((enter, check), made(Party.ATTORNEY), {"base.attorney"}),
        ((enter, check, end), made(Party.ATTORNEY, "adv-7"), {"base.attorney"}),
        ((enter,), made(Party.DEBTOR), set()),
        ((enter, check), made(Party.DEBTOR), {"base.attorney_represented"}),
        ((enter, check, end), made(Party.DEBTOR), set()),
        ((), made(Party.SUPPLEMENTARY_CARDHOLDER, "sup-1"), {"gate.party"}),
    ],
    ids=[
        "told before the check",
        "told after it",
        "told another lawyer",
        "told nobody knows whom",
        "told after the end",
        "asked before the check",
        "asked after it",
        "asked after the end",
        "asked a second cardholder",
    ],
)
def test_the_auditor_names_who_was_told_or_asked_against_the_rules(bank: World, steps, call, found) -> None:
    for step in steps:
        step(bank.ledger)
    bank.reach(call)
    assert breaches(bank) == found
