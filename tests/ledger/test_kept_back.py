"""Notices that rules kept back, as the audit tells: by rule, each once, those that left later told apart."""

from datetime import UTC, date, datetime

import pytest

from domain.model.blocker import Blocker
from domain.model.contact import FactKind, PastFact
from domain.model.facts import MessageState
from ledger import audit, kept_back, messages, person_facts, tasks
from ledger.person_facts import PersonFact
from ledger.tasks import Task

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
LAST_DAY = date(2005, 10, 31)
LATER, BARRED = "2005-06-24", None


@pytest.fixture
def tell(book, notice):
    """Writes audit rows of the case a1/1."""

    class Tell:
        def planned(self, step_no: int, rules: tuple[str, ...] = (), on: str | None = LATER, step: str = "first"):
            ahead = {"deferred_by": list(rules), "step": step, "on": on} if rules else {}
            body = {"step_no": step_no, "decision": {"next": {"wake_at": None, "what": "w", "why": "y", **ahead}}}
            audit.append(book.conn, "a1/1", "step", AT, body)

        def at_sending(self, kind: str, blocker: Blocker, *rules: str):
            body = {"step": "first", "blocker": blocker.value, "refused_by": list(rules)}
            audit.append(book.conn, "a1/1", kind, AT, body)

        def person_asked(self, step: str = "first"):
            key = f"a1/1/{step}/1"
            tasks.add(book.conn, Task(f"barred/{key}", "p1", "barred", AT, case_id="a1/1", detail={"message": key}))

        def found(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
            kept = kept_back.kept_back(book.conn, LAST_DAY)
            both = (
                {rule: [step for _, step in sorted(asked)] for rule, asked in part.items()}
                for part in (kept.deferred, kept.barred)
            )
            deferred, barred = both
            return deferred, barred

    return Tell()


def test_a_notice_that_is_planned_later_several_times_counts_once_for_each_rule(tell) -> None:
    tell.planned(1, ("cn.day", "base.customer_hours"))
    tell.planned(2, ("cn.day",))
    tell.planned(3, ("cn.day",), step="second")
    tell.planned(4)
    assert tell.found() == ({"base.customer_hours": ["first"], "cn.day": ["first", "second"]}, {})


def test_of_several_rows_of_one_step_the_last_counts(tell) -> None:
    tell.planned(1, ("cn.day",))
    tell.planned(1)
    tell.planned(2)
    tell.planned(2, ("base.customer_hours",))
    assert tell.found() == ({"base.customer_hours": ["first"]}, {})


def test_a_notice_deferred_beyond_the_last_day_does_not_count(tell) -> None:
    tell.planned(1, ("cn.day",), on="2005-11-01")
    tell.planned(2, ("base.customer_hours",), on="2005-10-31")
    assert tell.found() == ({"base.customer_hours": ["first"]}, {})


def test_a_barred_notice_counts_once_it_was_due_and_a_person_was_asked(tell) -> None:
    tell.planned(1, ("base.keyword",), BARRED)
    assert tell.found() == ({}, {})
    tell.person_asked("second")
    assert tell.found() == ({}, {})
    tell.person_asked()
    assert tell.found() == ({}, {"base.keyword": ["first"]})


def test_what_the_gate_refused_at_the_moment_of_sending_counts_too(tell) -> None:
    tell.at_sending("notice_deferred", Blocker.CONTACT_WINDOW, "cn.day")
    tell.at_sending("notice_deferred", Blocker.STOPPED, "stop.halt")
    tell.at_sending("notice_refused", Blocker.BARRED, "base.deceased", "cn.deceased")
    tell.person_asked()
    assert tell.found() == (
        {"cn.day": ["first"], "stop.halt": ["first"]},
        {"base.deceased": ["first"], "cn.deceased": ["first"]},
    )


def test_a_notice_that_money_or_a_hold_on_the_case_stopped_was_kept_back_by_no_rule(tell) -> None:
    tell.at_sending("notice_refused", Blocker.PAID)
    tell.at_sending("notice_refused", Blocker.HELD)
    assert tell.found() == ({}, {})


def test_a_task_about_anything_else_says_nothing_of_a_notice(book, tell) -> None:
    tell.planned(1, ("base.keyword",), BARRED)
    for number, detail in enumerate(({}, {"message": "first"}, {"message": "a1/1/other/1"})):
        tasks.add(book.conn, Task(f"t{number}", "p1", "barred", AT, case_id="a1/1", detail=detail))
    assert tell.found() == ({}, {})


def test_only_what_left_is_sent(book, notice) -> None:
    messages.intend(book.conn, notice, "p1", None, AT.date(), AT)
    assert kept_back.sent(book.conn) == frozenset()
    messages.settle(book.conn, notice.key, MessageState.SENT, AT, "r-1")
    assert kept_back.sent(book.conn) == {("a1/1", "first")}


def test_a_person_with_two_facts_is_one(book) -> None:
    assert kept_back.persons_who_told(book.conn) == 0
    for number in range(2):
        fact = PastFact(at=AT, kind=FactKind.INCONVENIENT_WINDOW, opens=0, closes=60 + number)
        person_facts.add(book.conn, PersonFact(f"w{number}", "p1", fact, AT))
    assert kept_back.persons_who_told(book.conn) == 1
