"""Suspects: what stands in the ledger as if somebody had forgotten it, page by page, each by an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState
from domain.model.commands import SendNotice
from domain.model.contact import Actor, ContactAsk, FactKind, PastFact
from domain.model.facts import Account, MessageState
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import (
    accounts,
    adjustments,
    audit,
    cases,
    confirmations,
    messages,
    permits,
    person_facts,
    postings,
    rings,
    suspects,
    tasks,
    watches,
    watermarks,
)
from ledger.engine import Ledger
from ledger.person_facts import PersonFact
from ledger.postings import Posting, PostingKind
from ledger.suspects import OnItsWay, OpenCase
from ledger.tasks import Task
from ledger.watermarks import RELAY

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def known(ledger: Ledger, policy_refs) -> Ledger:
    """Accounts a1 to a4 of person p1; a1 and a2 have an open case; nothing waits for the feed."""
    with ledger.write() as conn:
        for account_id in ("a1", "a2", "a3", "a4"):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone="Asia/Taipei"), "p1")
        for account_id in ("a1", "a2"):
            cases.open_case(conn, account_id, *policy_refs(conn), AT)
        conn.exec_driver_sql("DELETE FROM changes")
    return ledger


def test_accounts_and_cases_come_page_by_page(known: Ledger) -> None:
    with known.read() as conn:
        assert suspects.accounts_after(conn, "", 3) == ["a1", "a2", "a3"]
        assert suspects.accounts_after(conn, "a3", 3) == ["a4"]
        assert suspects.open_cases_after(conn, "a1", 3) == [OpenCase("a2", "a2/1", AT, None)]
        assert suspects.open_case_ids(conn, ["a1", "a3"]) == {"a1": "a1/1"}


def test_what_the_feed_will_look_at_anyway_is_no_suspect(known: Ledger) -> None:
    with known.write() as conn:
        rings.ask(conn, ["a3"], 1, AT)
        watches.put(conn, {"a4": AT + HOUR})
        postings.put(conn, Posting("p-1", "a2", PostingKind.PAYMENT, "1.00", "TWD"))
        assert suspects.on_their_way(conn, ["a1", "a2", "a3", "a4"]) == {"a2", "a3"}
        assert suspects.watched(conn, ["a1", "a4"]) == {"a4": AT + HOUR}


def test_permits_past_their_end_come_in_the_order_in_which_they_ended(known: Ledger) -> None:
    ask = ContactAsk(channel=Channel.CALL, at=AT, debts=("a1",), actor=Actor.CREDITOR)
    with known.write() as conn:
        for number in (2, 1, 3):
            ends = AT + number * HOUR
            permits.issue(
                conn,
                f"a1/1/permit/{number}",
                "p1",
                ask,
                case_id="a1/1",
                issued_at=AT,
                valid_from=AT,
                expires_at=ends,
            )
        first, second = suspects.expired_permits(conn, AT + 2.5 * HOUR, None, 10)
        after = (first.expires_at, first.permit_id)
        assert suspects.expired_permits(conn, AT + 2.5 * HOUR, after, 10) == [second]
    assert [each.permit_id[-1] for each in (first, second)] == ["1", "2"]
    assert (first.case_id, first.account_id, first.person_id, first.is_closed) == ("a1/1", "a1", "p1", False)


def test_messages_on_their_way_come_the_oldest_first_with_what_became_of_their_case(known: Ledger) -> None:
    with known.write() as conn:
        for number, account_id in enumerate(("a2", "a1", "a1")):
            messages.intend(conn, _send(account_id, number), "p1", None, AT.date(), AT + number * HOUR)
        messages.settle(conn, "a1/1/first/2", MessageState.SENT, AT)
        messages.mark_not_taken(conn, "a1/1/first/1")
        audit.append(conn, "a1/1", "notice_intended", AT, {})
        conn.exec_driver_sql("UPDATE cases SET closed_at = opened_at WHERE case_id = 'a2/1'")
        oldest = OnItsWay(AT, "a2/1/first/0", "a2/1", "a2", True, False, 0)
        next_one = OnItsWay(AT + HOUR, "a1/1/first/1", "a1/1", "a1", False, True, 1)
        assert suspects.on_its_way(conn, AT + 9 * HOUR, None, 10) == [oldest, next_one]
        assert suspects.on_its_way(conn, AT + 9 * HOUR, (AT, oldest.key), 10) == [next_one]
        assert suspects.on_its_way(conn, AT + HOUR, None, 10) == [oldest]


def test_opt_outs_are_unheard_while_an_open_case_of_the_person_has_not_looked_since(known: Ledger) -> None:
    with known.write() as conn:
        fact = PastFact(AT, FactKind.OPT_OUT, channel=Channel.SMS)
        person_facts.add(conn, PersonFact("said-1", "p1", fact, AT))
        task_id = confirmations.task_id("said-1")
        tasks.add(conn, Task(task_id, "p1", confirmations.KIND, AT, detail={"channel": "sms"}))
        assert suspects.unheard_opt_outs(conn, AT + HOUR / 6) == [], "it is too new"
        assert suspects.unheard_opt_outs(conn, AT + HOUR) == [(task_id, "a1"), (task_id, "a2")]
        assert suspects.unheard_opt_outs(conn, AT + 8 * DAY) == [], "it would only surprise"
        conn.exec_driver_sql("UPDATE cases SET closed_at = opened_at WHERE case_id = 'a1/1'")
        assert suspects.unheard_opt_outs(conn, AT + HOUR) == [(task_id, "a2")]
        tasks.close(conn, task_id, AT, "engine", "sent")
        assert suspects.unheard_opt_outs(conn, AT + HOUR) == []
        assert suspects.overdue(conn, AT + 2 * DAY)[2] == 0


def test_what_no_case_has_asked_the_card_system_for_since_it_was_wanted(known: Ledger) -> None:
    with known.write() as conn:
        for number, account_id in enumerate(("a1", "a2")):
            wanted = Adjustment(key=f"{account_id}/1/plan/1/block/1", kind=AdjustmentKind.BLOCK)
            adjustments.want(conn, wanted, f"{account_id}/1", account_id, AT + number * HOUR)
        assert suspects.unasked_adjustments(conn, AT + 2 * DAY) == [], "it is asked for still"
        late = AT + 2 * DAY + 2 * HOUR
        first, second = ("a1/1/plan/1/block/1", "a1/1", "a1"), ("a2/1/plan/1/block/1", "a2/1", "a2")
        assert suspects.unasked_adjustments(conn, late) == [first, second]
        conn.exec_driver_sql("UPDATE cases SET closed_at = opened_at WHERE case_id = 'a1/1'")
        assert suspects.unasked_adjustments(conn, late) == [second]
        adjustments.mark_asked(conn, second[0], late)
        assert suspects.unasked_adjustments(conn, late) == []
        assert [suspects.unanswered_adjustments(conn, AT + days * DAY) for days in (3, 4)] == [0, 2]
        adjustments.settle(conn, second[0], AdjustmentState.CONFIRMED, late)
        assert suspects.unanswered_adjustments(conn, AT + 4 * DAY) == 1


def test_an_opt_out_that_nobody_confirmed_for_a_day_is_overdue(known: Ledger) -> None:
    with known.write() as conn:
        tasks.add(conn, Task(confirmations.task_id("x"), "p1", confirmations.KIND, AT, detail={"channel": "sms"}))
        assert [suspects.overdue(conn, AT + days * DAY)[2] for days in (0.5, 1.5)] == [0, 1]


def test_what_waits_for_longer_than_it_should_is_counted(known: Ledger) -> None:
    with known.write() as conn:
        assert suspects.overdue(conn, AT) == (0, 0, 0)
        rings.ask(conn, ["a3"], 1, AT)
        postings.put(conn, Posting("p-1", "a2", PostingKind.PAYMENT, "1.00", "TWD"))
        watermarks.advance(conn, RELAY, AT, AT)
        assert suspects.overdue(conn, AT + HOUR) == (1, 1, 0)
        assert suspects.overdue(conn, AT) == (0, 0, 0)


def test_a_case_that_did_something_since_may_be_asked_again(known: Ledger) -> None:
    with known.write() as conn:
        assert suspects.has_moved(conn, "a1/1", "repaired", AT)
        audit.append(conn, "a1/1", "repaired", AT, {"repair": "late_run"})
        assert not suspects.has_moved(conn, "a1/1", "repaired", AT)
        assert suspects.has_moved(conn, "a1/1", "repaired", AT + HOUR), "that is long ago"
        audit.append(conn, "a1/1", "step", AT, {})
        assert suspects.has_moved(conn, "a1/1", "repaired", AT)


def test_no_statement_reads_a_whole_table_of_accounts_cases_or_permits(known: Ledger, statements_of) -> None:
    with known.write() as conn:
        with statements_of(conn) as executed:
            suspects.accounts_after(conn, "a1", 10)
            suspects.on_their_way(conn, ["a1"])
            suspects.watched(conn, ["a1"])
            suspects.open_cases_after(conn, "a1", 10)
            suspects.open_case_ids(conn, ["a1"])
            suspects.expired_permits(conn, AT, (AT, "x"), 10)
            suspects.on_its_way(conn, AT, (AT, "x"), 10)
            suspects.has_moved(conn, "a1/1", "repaired", AT)
            suspects.unasked_adjustments(conn, AT)
            suspects.unanswered_adjustments(conn, AT)
        assert len(executed) == 10
        assert executed.reading_whole_tables() == []


def _send(account_id: str, attempt: int) -> SendNotice:
    return SendNotice(
        key=f"{account_id}/1/first/{attempt}",
        case_id=f"{account_id}/1",
        account_id=account_id,
        step="first",
        notice="reminder",
        attempt=attempt,
        channel=Channel.FILE,
        as_of=AT,
        oldest_due_on=AT.date(),
        past_due=Money.of_minor(100, "TWD"),
    )
