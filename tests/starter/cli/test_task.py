"""Tasks by command: what is left for people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.advance import CaseActivities
from activities.channels.call import CallTasks
from activities.messaging import Messaging
from domain.model.case import Advance, Case, Step
from domain.model.causes import Cause
from domain.model.commands import NoticeResult
from domain.model.contact import Direction, Party
from domain.model.contact import Outcome as Told
from domain.model.events import Opened
from domain.model.message import Rendered
from domain.model.permits import ReportContact
from domain.model.strategy import Channel, DaysPastDue, LadderStep
from ledger import persons, tasks
from ledger.accounts import ContactPoint
from ledger.persons import Person
from ledger.tasks import Task
from policies import load_rules
from policies.texts import texts_of
from starter.calling import Script
from starter.cli.task_words import in_full
from tests.activities.world import DECIDED_AT, FIRST_DUE, MINIMUM, SECOND_DUE, STRATEGY, World, world_of
from tests.starter.cli.conftest import NUMBER, OPENED_AT, Office


def add(
    office: Office, task_id: str, kind: str = "call", due: bool = False, detail: dict[str, Any] | None = None
) -> None:
    with office.ledger.write() as conn:
        due_at = OPENED_AT if due else None
        tasks.add(conn, Task(task_id, "P-1", kind, OPENED_AT, account_id="A-1", due_at=due_at, detail=detail or {}))


def test_tasks_are_listed_by_kind_and_as_json(office: Office) -> None:
    assert office.done("task", "list") == ["no open task"]
    add(office, "t-1")
    add(office, "t-2", "review", due=True)
    assert [task["task"] for task in office.json("task", "list")] == ["t-2", "t-1"]
    (found,) = office.json("task", "list", "--kind", "review")
    assert (found["account"], found["person"], found["due_at"]) == ("A-1", "P-1", OPENED_AT.isoformat())
    shown = office.done("task", "list")
    assert shown[0].split() == ["task", "kind", "account", "since", "due", "to", "do"]
    assert len(shown) == 3
    assert shown[1].split() == ["t-2", "review", "A-1", "2026-01-05", "2026-01-05", "review"]


@pytest.mark.parametrize(
    ("kind", "detail", "line"),
    [
        ("call", {"message": "A-1/1/c/1", "notice": "firm-notice"}, "call about the notice firm-notice"),
        ("barred", {"message": "m-1", "rules": ["cn.cap", "cn.day"]}, "the rules bar m-1: look what may be done"),
        ("barred", {"message": "m-1", "rules": ["cn.cap", "cn.day"]}, "this customer (rules cn.cap, cn.day)"),
        ("wording", {"message": "m-1", "rules": []}, "no text that may leave for m-1: mend the wording"),
        ("unknown_outcome", {"message": "m-1", "rules": []}, "then `duecourse message settle m-1`"),
        ("opt_out_confirmation", {"channel": "sms", "address_id": "C-1"}, "by sms have ended (address id C-1)"),
        (
            "breach",
            {"breach": "no_permit", "channel": "call"},
            "against the rules, by no_permit: look into it (channel",
        ),
        ("customer_wish", {"channel": "sms"}, "read what the customer wrote by sms"),
        ("some_new_kind", {"case_no": 3}, "some new kind (case no 3)"),
        ("wording", {}, "for an unnamed message"),
    ],
)
def test_what_a_task_is_about_is_told_in_words(office: Office, kind: str, detail: dict[str, Any], line: str) -> None:
    add(office, "t-1", kind, detail=detail)
    (task,) = office.json("task", "list")
    assert line in task["about"]
    assert task["about"] in office.done("task", "list")[1]
    shown = office.done("task", "show", "t-1") if kind != "call" else [f"To do    {task['about']}"]
    assert f"To do    {task['about']}" in shown


def test_what_is_due_at_midnight_is_due_on_the_day_before(office: Office) -> None:
    midnight = datetime(2026, 1, 5, 16, tzinfo=UTC)
    with office.ledger.write() as conn:
        tasks.add(conn, Task("t-1", "P-1", "review", OPENED_AT, account_id="A-1", due_at=midnight))
        tasks.add(conn, Task("t-2", "P-1", "review", OPENED_AT))
    first, second = office.done("task", "list")[1:]
    assert first.split() == ["t-1", "review", "A-1", "2026-01-05", "2026-01-05", "review"]
    assert second.split() == ["t-2", "review", "2026-01-05", "review"]


def test_a_task_is_shown_with_its_end(office: Office) -> None:
    add(office, "t-1", "review", due=True)
    office.done("task", "close", "t-1", "--by", "op-1", "--outcome", "done")
    shown = office.done("task", "show", "t-1")
    assert shown[:5] == [
        "Task     t-1",
        "To do    review",
        "Account  A-1",
        "Since    2026-01-05",
        "Due      2026-01-05",
    ]
    assert shown[5].startswith("Closed   20")
    assert shown[5].endswith(" by op-1: done")
    told = office.json("task", "show", "t-1")
    assert (told["closed_by"], told["outcome"], told["script"]) == ("op-1", "done", None)


# --- calls

CALL_STEP = LadderStep(id="first", notice="final-notice", channels=(Channel.CALL,), due=DaysPastDue(days=5))
CANARY = "Ms Canary"
SAID = {
    "en": [
        "Good day, this is [your own name] calling from",
        "Am I speaking with (the customer's name)?",
        "your credit card account A-1: TWD 2,000.00 is past due",
        "The aim: the customer knows that the reminders end here",
    ],
    "zh-CN": ["您好，我是", "请问您是（客户姓名）本人吗？", "目前逾期", "目标："],
}


def called(office: Office, locale: str | None = None, **point: Any) -> World:
    """A case whose first notice is a call: decided, sent, and so on an agent's list."""
    strategy = STRATEGY.model_copy(update={"rules": "cn", "ladder": (CALL_STEP,)})
    phone = ContactPoint("C-1", "P-1", Channel.CALL, NUMBER, **point)
    world = world_of(office.ledger, Path(), rules=load_rules("cn"), strategy=strategy, point=phone)
    with office.ledger.write() as conn:
        persons.save(conn, Person("P-1", CANARY, locale))
    ways_out = {Channel.CALL: CallTasks(office.ledger)}
    step = CaseActivities(office.ledger, ways_out).advance(
        Advance(case=world.case, events=(Opened(),), as_of=DECIDED_AT)
    )
    (command,) = step.commands
    sending = Messaging(office.ledger, ways_out, texts_of().message, now=lambda: DECIDED_AT)
    assert sending.send_notice(command) == NoticeResult()
    return world


@pytest.mark.parametrize("locale", SAID)
def test_a_ladders_call_is_a_task_of_codes_that_is_put_into_words_for_its_agent(office: Office, locale: str) -> None:
    (task,) = called(office, locale).tasks()
    assert (task.task_id, task.kind, dict(task.detail)) == (
        "call/A-1/1/first/1",
        "call",
        {"message": "A-1/1/first/1", "notice": "final-notice"},
    )
    assert task.must_say is not None
    assert "cn.institution" in task.must_say
    shown = "\n".join(office.done("task", "show", task.task_id))
    for part in ("Account  A-1", "Due      2026-03-20", "call about the notice final-notice", *SAID[locale]):
        assert part in shown, part
    told = office.json("task", "show", task.task_id)["script"]
    assert (told["notice"], told["locale"], told["less_is_owed"]) == ("final-notice", locale, False)
    assert (told["party"], told["party_id"], told["address_id"]) == ("debtor", None, "C-1")
    assert "Before: duecourse contact request A-1 --channel call --address-id C-1" in shown
    assert all(f"- {sentence}" in shown for sentence in told["must_say"])
    assert told["guide"] in shown
    assert not any(secret in f"{shown}{told}{task}" for secret in (CANARY, NUMBER, NUMBER[1:]))


def test_who_may_not_hear_of_the_debt_is_only_asked_for_a_call_back(office: Office) -> None:
    called(office, shared=True)
    shown = "\n".join(office.done("task", "show", "call/A-1/1/first/1"))
    assert "Must be said:" in shown
    assert not any(word in shown for word in ("past due", "2,000", "final reminder"))


def test_an_agent_is_told_that_money_came_in_since_the_call_was_planned(office: Office) -> None:
    called(office).pay(MINIMUM, at=DECIDED_AT + timedelta(hours=1))
    shown = "\n".join(office.done("task", "show", "call/A-1/1/first/1"))
    assert "Money came in since this call was planned" in shown
    assert office.json("task", "show", "call/A-1/1/first/1")["script"]["less_is_owed"]


def test_a_call_says_what_is_disputed_and_its_agent_hears_of_what_came_later(office: Office) -> None:
    strategy = STRATEGY.model_copy(update={"rules": "cn", "ladder": (CALL_STEP,)})
    phone = ContactPoint("C-1", "P-1", Channel.CALL, NUMBER)
    world = world_of(office.ledger, Path(), rules=load_rules("cn"), strategy=strategy, point=phone)
    ways_out = {Channel.CALL: CallTasks(office.ledger)}

    def advance(case: Case, at: datetime, due_on: date) -> Step:
        told = ReportContact(
            id=f"d-{due_on}",
            outcome=Told.CONVERSATION,
            direction=Direction.IN,
            made_at=at,
            verified=True,
            cause=Cause.DISPUTE,
            disputed_due_on=(due_on,),
        )
        return CaseActivities(office.ledger, ways_out).advance(Advance(case=case, events=(told,), as_of=at))

    step = advance(world.case, DECIDED_AT, FIRST_DUE)
    (command,) = step.commands
    sending = Messaging(office.ledger, ways_out, texts_of().message, now=lambda: DECIDED_AT)
    assert sending.send_notice(command) == NoticeResult()
    task = f"call/{command.key}"
    shown = "\n".join(office.done("task", "show", task))
    assert "TWD 1,000.00 is past due" in shown
    assert "- Part of the balance is under review because it is disputed. That part is not asked for here." in shown
    assert "since this call was planned" not in shown
    advance(step.case, DECIDED_AT + timedelta(hours=1), SECOND_DUE)
    assert "The customer disputed something since this call was planned" in "\n".join(office.done("task", "show", task))
    assert office.json("task", "show", task)["script"]["disputed_since"]


def test_an_agent_asks_leave_for_the_very_person_and_number_of_the_task() -> None:
    task = Task("call/m", "P-1", "call", OPENED_AT, account_id="A-1")
    words = Rendered(text="Guide.", must_say=("Good day.",))
    told = list(in_full(task, "UTC", Script("n", "en", Party.GUARANTOR, "g-1", "C-7", words, less_is_owed=False)))
    ask = "Before: duecourse contact request A-1 --channel call --party guarantor --party-id g-1 --address-id C-7"
    assert ask in told
    assert told[-3:] == ["- Good day.", "", "Guide."]


def test_a_call_is_done_when_its_agent_closes_the_task(office: Office) -> None:
    world = called(office)
    office.done("task", "close", "call/A-1/1/first/1", "--by", "agent-7", "--outcome", "reached")
    assert world.tasks() == ()


def test_a_task_is_closed_once(office: Office) -> None:
    add(office, "t-1")
    close = ("task", "close", "t-1", "--by", "op-1", "--outcome", "done")
    assert office.done(*close) == ["closed: task t-1"]
    assert office.done(*close) == ["nothing changed: task t-1 was closed before"]
    assert office.json("task", "list") == []


def test_bad_input_is_one_line(office: Office) -> None:
    add(office, "t-1")
    assert "no task none" in office.refused("task", "close", "none", "--by", "o", "--outcome", "done")
    assert "outcome is no code" in office.refused("task", "close", "t-1", "--by", "o", "--outcome", "called him")
    assert "no task none in the ledger" in office.refused("task", "show", "none")
    add(office, "t-2", detail={"message": "none"})
    assert "no message of task t-2" in office.refused("task", "show", "t-2")
    assert "--limit" in office.refused("task", "list", "--limit", "0")
