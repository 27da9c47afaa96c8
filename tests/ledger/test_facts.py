"""Facts: everything that a decision may know, in few statements."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.contact import FactKind, PastFact
from domain.model.events import Answer
from domain.model.facts import World
from ledger import info, meetings, messages, person_facts, policies, requests
from ledger.entries import EntryKind
from ledger.facts import read_facts
from ledger.person_facts import PersonFact

MAY, JUNE = date(2005, 5, 20), date(2005, 6, 20)
OPENED_AT = datetime(2005, 6, 21, 1, tzinfo=UTC)
AS_OF = datetime(2005, 6, 24, 1, tzinfo=UTC)


@pytest.fixture
def late(book, notice):
    """An account late since May, with a part payment, a notice and an answered message; a historical ledger."""
    book.oblige(MAY, 500, statement_on=date(2005, 4, 30))
    book.oblige(JUNE, 1000, statement_on=date(2005, 5, 31))
    book.pay("p-1", date(2005, 6, 15), {MAY: 500})
    book.pay("p-2", date(2005, 7, 5), {JUNE: 1000})
    book.post("c-1", date(2005, 6, 30), 70, EntryKind.NET_CHARGES)
    messages.intend(book.conn, notice, "p1", None, date(2005, 6, 23), datetime(2005, 6, 23, 1, tzinfo=UTC))
    requests.store(book.conn, "a1/1", 0, [Answer(id="m-1", accepted=True, text="Held.")], OPENED_AT)
    info.put(book.conn, info.REPLAYED_UNTIL, "2005-10-31")
    return book


@pytest.fixture
def case(late):
    """The case of the account."""
    row, created = late.open_case(OPENED_AT)
    assert not created
    return late.case_of(row)


def test_facts_say_what_is_owed_what_is_late_and_what_was_tried(late, case, strategy, rules) -> None:
    facts = read_facts(late.conn, case, AS_OF, ["m-1", "m-2"])
    assert (facts.as_of, facts.account, facts.balance) == (AS_OF, late.account, late.money(1000))
    assert [(o.due_on, o.minimum, o.unmet) for o in facts.obligations] == [(JUNE, late.money(1000), late.money(1000))]
    assert facts.last_met_by_payment
    assert [(n.step, n.on) for n in facts.notices] == [("first", date(2005, 6, 23))]
    assert facts.answered == {"m-1": Answer(id="m-1", accepted=True, text="Held.").model_dump_json()}
    assert (facts.strategy, facts.rules) == (strategy, rules)
    assert facts.world == World(next_change_on=date(2005, 6, 30), ends_on=date(2005, 10, 31))


def test_the_business_day_is_that_of_the_accounts_zone(late, case) -> None:
    late_evening_utc = datetime(2005, 6, 20, 16, tzinfo=UTC)
    assert [o.due_on for o in read_facts(late.conn, case, late_evening_utc).obligations] == [JUNE]
    before_midnight_in_taipei = datetime(2005, 6, 20, 15, 59, tzinfo=UTC)
    assert read_facts(late.conn, case, before_midnight_in_taipei).obligations == ()


def test_a_live_ledger_knows_what_was_told_ahead_and_has_no_end(book, notice) -> None:
    row, _ = book.open_case(OPENED_AT)
    book.post("c-1", date(2005, 6, 30), 70, EntryKind.NET_CHARGES)
    assert read_facts(book.conn, book.case_of(row), AS_OF).world == World(next_change_on=date(2005, 6, 30))


@pytest.mark.parametrize(
    ("as_of", "next_change_on"),
    [
        (datetime(2005, 5, 20, 1, tzinfo=UTC), date(2005, 5, 21)),
        (datetime(2005, 6, 14, 1, tzinfo=UTC), date(2005, 6, 15)),
        (datetime(2005, 6, 15, 1, tzinfo=UTC), date(2005, 6, 21)),
        (datetime(2005, 7, 1, 1, tzinfo=UTC), date(2005, 7, 5)),
        (datetime(2005, 7, 5, 1, tzinfo=UTC), None),
    ],
    ids=["falls past due", "a payment", "falls past due next", "a payment next", "nothing any more"],
)
def test_the_ledger_knows_the_next_day_on_which_it_changes(late, case, as_of, next_change_on) -> None:
    assert read_facts(late.conn, case, as_of).world.next_change_on == next_change_on


def test_a_clearing_by_status_is_a_change_too(late, case) -> None:
    on = date(2005, 6, 26)
    meetings.clear_by_status(late.conn, "a1", JUNE, value_on=on, recorded_at=datetime(2005, 6, 25, 16, tzinfo=UTC))
    assert read_facts(late.conn, case, AS_OF).world.next_change_on == on
    assert not read_facts(late.conn, case, datetime(2005, 6, 26, 1, tzinfo=UTC)).last_met_by_payment


def test_facts_take_at_most_eight_statements_and_each_uses_an_index(late, case, statements_of, monkeypatch) -> None:
    monkeypatch.setattr(policies, "_parsed", {})
    lost = PastFact(at=AHEAD, kind=FactKind.LOST_CONTACT)
    person_facts.add(late.conn, PersonFact("w1", "p1", lost, AHEAD))
    with statements_of(late.conn) as statements:
        read_facts(late.conn, case, AS_OF, ["m-1", "m-2"])
    assert len(statements) <= 8
    assert statements.reading_whole_tables() == []


def test_with_its_policies_known_and_nothing_asked_facts_take_six_statements(late, case, statements_of) -> None:
    read_facts(late.conn, case, AS_OF)
    with statements_of(late.conn) as statements:
        read_facts(late.conn, case, AS_OF)
    assert len(statements) == 6


AHEAD = datetime(2005, 6, 24, 1, 0, 3, tzinfo=UTC)


def test_what_is_recorded_ahead_of_this_clock_is_told_with_its_instant(book, notice) -> None:
    book.oblige(JUNE, 1000)
    row, _ = book.open_case(OPENED_AT)
    case, today = book.case_of(row), date(2005, 6, 24)
    book.post("today", today, -1, recorded_at=AHEAD + timedelta(seconds=1))
    assert read_facts(book.conn, case, AS_OF).world.next_known_at == AHEAD + timedelta(seconds=1)
    meetings.clear_by_status(book.conn, "a1", JUNE, value_on=date(2005, 6, 22), recorded_at=AHEAD)
    ahead = read_facts(book.conn, case, AS_OF)
    assert (ahead.world, bool(ahead.obligations)) == (World(next_known_at=AHEAD), True)
    then = read_facts(book.conn, case, AHEAD)
    assert (then.world.next_known_at, then.obligations) == (AHEAD + timedelta(seconds=1), ())
    assert read_facts(book.conn, case, AHEAD + timedelta(seconds=1)).world.next_known_at is None


def test_what_has_its_value_on_a_later_day_is_not_awaited_before_it(book, notice) -> None:
    row, _ = book.open_case(OPENED_AT)
    book.post("later", date(2005, 6, 25), -1, recorded_at=AHEAD)
    assert read_facts(book.conn, book.case_of(row), AS_OF).world == World(next_change_on=date(2005, 6, 25))


def test_a_replayed_history_never_runs_ahead_of_its_clock(late, case) -> None:
    assert read_facts(late.conn, case, AS_OF).world.next_known_at is None


@pytest.mark.parametrize(
    ("at", "recorded_at", "counts_from"),
    [
        (AHEAD, AHEAD, AHEAD),
        (AHEAD, AS_OF, AHEAD),
        (AS_OF - timedelta(days=3), AHEAD, AHEAD),
        (AHEAD, AHEAD + timedelta(hours=1), AHEAD + timedelta(hours=1)),
        (AS_OF, AS_OF, None),
    ],
    ids=["told then", "told now of later", "recorded late", "of later and recorded later still", "known"],
)
def test_a_later_fact_about_the_person_is_awaited_to_the_instant_from_which_it_counts(
    book, notice, at, recorded_at, counts_from
) -> None:
    row, _ = book.open_case(OPENED_AT)
    wish = PastFact(at=at, kind=FactKind.PREFERRED_WINDOW, opens=1080, closes=1260)
    person_facts.add(book.conn, PersonFact("w1", "p1", wish, recorded_at))
    far = PastFact(at=AHEAD + timedelta(days=9), kind=FactKind.LOST_CONTACT)
    if counts_from is not None:
        person_facts.add(book.conn, PersonFact("w2", "p1", far, far.at))
    assert read_facts(book.conn, book.case_of(row), AS_OF).world == World(next_known_at=counts_from)


def test_an_obligation_of_the_last_date_there_is_never_falls_past_due(book, notice) -> None:
    row, _ = book.open_case(OPENED_AT)
    book.oblige(date.max, 1, statement_on=date(2005, 6, 1))
    assert read_facts(book.conn, book.case_of(row), AS_OF).world == World()
