"""A day of calls: asked of real cases in one instant, refused by cap, party and stop, and reported afterwards."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.model.contact import Actor, Outcome, Party
from domain.model.events import Answer
from domain.model.permits import PermitGiven, RequestContact
from domain.model.strategy import Channel
from ledger import contacts, stops, system_audit
from ledger.contacts import Contact
from ledger.importers.history import AccountHistory
from starter.auditing import audit_ledger
from starter.cases import start_case
from starter.demo import desk
from starter.demo.desk import AGENCY, MOST_CASES, STOP_ID, STOPPED_AGENCY, Call, day_of_calls, made, wanted
from starter.demo.window import Chosen, beginning
from tests.plugins.virtual_bank import ZONE, Bank

DAY = date(2026, 3, 4)
OPENS = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
HISTORY = AccountHistory("A-0", "person-A-0", "TWD", "Asia/Taipei", None, (), (), (), ())


def chosen(*account_ids: str) -> list[Chosen]:
    return [Chosen(replace(HISTORY, account_id=one, person_id=f"person-{one}"), DAY) for one in account_ids]


async def begin(bank: Bank, *account_ids: str) -> None:
    """Cases that begin at the hour of a demo, whatever the time is now."""
    at = beginning(datetime.now(UTC), ZONE)
    for account_id in account_ids:
        bank.add_account(account_id, (20, 100))
        await start_case(bank.client, bank.ledger, bank.policies, account_id, now=at)


def permitted(count: int) -> list[tuple[RequestContact, Answer]]:
    permit = PermitGiven(permit_id="A-0/1/permit/call-1", valid_from=OPENS, expires_at=OPENS + timedelta(hours=2))
    requests = list(wanted(0, DAY))[:count]
    return [(one, Answer(id=one.id, accepted=True, text="t", permit=permit)) for one in requests]


def test_each_case_has_five_calls_to_the_customer_and_one_to_somebody_else_on_one_day() -> None:
    for place in range(8):
        asked = list(wanted(place, DAY))
        assert [one.party for one in asked[:5]] == [Party.DEBTOR] * 5
        assert asked[5].party is (Party.SPOUSE if place % 2 else Party.COLLEAGUE)
        assert {(one.day, one.channel) for one in asked} == {(DAY, Channel.CALL)}
        assert len({one.id for one in asked}) == 6


def test_in_every_fourth_case_most_calls_are_those_of_the_agency_that_was_stopped() -> None:
    callers = [Counter(one.collector for one in list(wanted(place, DAY))[:5]) for place in range(4)]

    assert callers == [{"bank": 3, AGENCY: 2}] * 3 + [{"bank": 2, STOPPED_AGENCY: 3}]
    assert {one.collector for one in wanted(0, DAY) if one.actor is Actor.AGENCY} == {AGENCY}


def test_permitted_calls_are_made_one_after_the_other_within_their_permits() -> None:
    told = list(made(permitted(3), Random(1)))

    assert [one.made_at - OPENS for one in told] == [timedelta(minutes=minutes) for minutes in (30, 60, 90)]
    assert [(one.id, one.collector) for one in told] == [(f"report-{n}", "bank") for n in (1, 2, 3)]


def test_what_comes_of_a_call_depends_on_the_seed_alone() -> None:
    def outcomes(seed: int) -> list[Outcome]:
        return [told.outcome for told in made(permitted(6) * 20, Random(seed))]

    assert outcomes(1) == outcomes(1) != outcomes(2)
    assert {*outcomes(1)} == {Outcome.CONVERSATION, Outcome.NO_ANSWER}


async def test_a_day_of_calls_is_refused_by_cap_party_and_stop_and_breaks_no_rule(bank: Bank) -> None:
    ids = [f"A-{n}" for n in range(4)]
    await begin(bank, *ids)

    calls = await day_of_calls(bank.client, bank.ledger, chosen(*ids), 1)

    assert Counter(call.answer.permit is not None for call in calls) == {True: 3 * 3 + 2, False: 3 * 3 + 4}
    assert Counter(rule for call in calls for rule in call.answer.refused_by) == {
        "cn.effective_calls": 6,
        "cn.colleague": 2,
        "cn.spouse": 2,
        f"stop.{STOP_ID}": 3,
    }
    assert all((call.outcome is None) == (call.answer.permit is None) for call in calls)
    assert _on_record(bank, ids) == _told(calls)
    assert audit_ledger(bank.ledger).is_clean


async def test_the_calls_are_made_in_the_evening_of_the_day_that_the_case_has_reached(bank: Bank) -> None:
    await begin(bank, "A-1")
    evening = (await bank.state("A-1")).as_of.astimezone(ZoneInfo(ZONE)).replace(hour=18, minute=30)

    calls = await day_of_calls(bank.client, bank.ledger, chosen("A-1"), 1)

    opened = [call.answer.permit.valid_from for call in calls if call.answer.permit]
    assert {call.asked.day for call in calls} == {evening.date()}
    assert [abs(when - evening) < timedelta(minutes=2) for when in opened] == [True] * 3


async def test_the_stop_is_set_by_one_person_and_released_by_another_after_the_calls(bank: Bank) -> None:
    await begin(bank, "A-1")

    calls = await day_of_calls(bank.client, bank.ledger, chosen("A-1"), 1)

    (over_at,) = {call.answer.permit.expires_at for call in calls if call.answer.permit}
    with bank.ledger.read() as conn:
        (stop,) = stops.in_force(conn, over_at)
        assert stops.in_force(conn, over_at + timedelta(minutes=2)) == ()
        assert [row.kind for row in system_audit.rows(conn, stops.CHAIN)] == ["stop_set", "stop_released"]
    assert (stop.value, stop.set_by, stop.released_by) == (STOPPED_AGENCY, "operator-1", "operator-2")


async def test_closed_cases_and_second_cases_of_a_person_are_not_called_about(bank: Bank) -> None:
    await begin(bank, "A-1", "A-2")
    of_one_person = [replace(one, history=replace(one.history, person_id="P")) for one in chosen("A-2", "A-1", "A-9")]

    calls = await day_of_calls(bank.client, bank.ledger, of_one_person, 1)

    assert {call.account_id for call in calls} == {"A-2"}
    assert await day_of_calls(bank.client, bank.ledger, chosen("A-9"), 1) == []


def test_the_desk_has_room_for_twenty_cases() -> None:
    assert (MOST_CASES, desk.STOP_ID) == (20, "agency-south-suspended")


def _on_record(bank: Bank, account_ids: Sequence[str]) -> Counter[tuple[str, Outcome]]:
    with bank.ledger.read() as conn:
        of_all = [contacts.of_person(conn, f"person-{account_id}") for account_id in account_ids]
    by_hand: list[Contact] = [contact for of_one in of_all for contact in of_one if contact.permit_id is not None]
    return Counter((contact.made.debts[0], contact.made.outcome) for contact in by_hand)


def _told(calls: Sequence[Call]) -> Counter[tuple[str, Outcome]]:
    return Counter((call.account_id, call.outcome) for call in calls if call.outcome is not None)
