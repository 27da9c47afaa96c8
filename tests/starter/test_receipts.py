"""Delivery reports on their way in: they join message, contact, task and chain, in whatever order they come."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.advance import CaseActivities
from domain.delivery_report import signed
from domain.model.blocker import Blocker
from domain.model.case import Advance
from domain.model.contact import ContactAsk, FactKind, Outcome, Purpose
from domain.model.delivery import DeliveryState
from domain.model.errors import InputError
from domain.model.events import LedgerChanged, Opened, Woken
from domain.model.facts import OPT_OUT_KEYS, MessageState
from domain.model.strategy import Channel
from ledger import accounts, confirmations, contacts, deliveries, messages, person_facts, tasks
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.engine import Ledger
from ledger.tasks import Task
from starter.receipts import Received, receive, secrets_of
from tests.activities.world import DECIDED_AT, STRATEGY, World, world_of

SECRET = "s3cret"
ACCEPTED, DELIVERED, FAILED = DeliveryState
BEGINNINGS = (MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN, MessageState.REFUSED, MessageState.FAILED)
OUTCOMES = {MessageState.SENT: Outcome.DELIVERED, MessageState.FAILED: Outcome.FAILED}


@dataclass
class Post:
    """Messages of the small world, and a provider that reports of them."""

    world: World
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def message(self, state: MessageState = MessageState.SENT, **other: object) -> str:
        """A message that came so far, with its contact and, where nobody knows more, its task."""
        command = self.world.command(attempt=next(self.numbers)).model_copy(update=other)
        key, ask = command.key, ContactAsk(Channel.FILE, DECIDED_AT)
        with self.world.ledger.write() as conn:
            messages.intend(conn, command, "P-1", "C-1", DECIDED_AT.date(), DECIDED_AT)
            contacts.add(conn, Contact.pending(key, "P-1", ask, case_id="A-1/1"))
            if state is not MessageState.SENDING:
                messages.settle(conn, key, state, DECIDED_AT)
            if state in OUTCOMES:
                contacts.settle(conn, key, OUTCOMES[state], DECIDED_AT)
            if state is MessageState.SENT:
                messages.given(conn, command, "P-1", DECIDED_AT)
            if state is MessageState.REFUSED:
                contacts.cancel(conn, key, DECIDED_AT)
            if state is MessageState.UNKNOWN:
                task_id = tasks.unknown_outcome(key)
                tasks.add(conn, Task(task_id, "P-1", "unknown_outcome", DECIDED_AT, "A-1/1", "A-1"))
        return key

    def report(self, key: str, state: DeliveryState, minute: int = 1, secret: str = SECRET) -> Received:
        at, now = DECIDED_AT + timedelta(minutes=minute), DECIDED_AT + timedelta(days=1)
        body = json.dumps({"key": key, "state": state, "at": at.isoformat(), "provider_ref": "r-1"}).encode()
        return receive(self.world.ledger, signed(secret, now, body), body, [SECRET], now)

    def stands(self, key: str) -> tuple[MessageState, Blocker | None, Outcome, bool]:
        """The message's state and blocker, its contact's outcome, and whether that counts."""
        with self.world.ledger.read() as conn:
            row, contact = messages.get(conn, key), contacts.get(conn, key)
        assert row is not None
        assert contact is not None
        return row.state, row.blocker, contact.made.outcome, contact.cancelled_at is None

    def notices(self) -> list[str]:
        """The notices of the law that were given, by all that is known a week later."""
        with self.world.ledger.read() as conn:
            told = person_facts.of_person(conn, "P-1", DECIDED_AT + timedelta(days=7), (FactKind.NOTICE_GIVEN,))
        return [each.fact.name for each in told]

    def said(self, key: str) -> list[tuple[str, object, object]]:
        """What the chain tells of the message: kind, state before, state after."""
        return [(kind, body["stored"], body["state"]) for kind, body in self.world.audit() if body["key"] == key]


@pytest.fixture
def post(ledger: Ledger, tmp_path: Path) -> Post:
    return Post(world_of(ledger, tmp_path / "outbox"))


def test_a_bounce_turns_what_counted_as_sent_into_failed(post: Post) -> None:
    key = post.message()
    received = post.report(key, FAILED)
    assert (received.new, received.changed, received.was, received.state) == (True, True, "sent", "failed")
    assert (received.account_id, received.case_id) == ("A-1", "A-1/1")
    assert post.stands(key) == (MessageState.FAILED, Blocker.PROVIDER, Outcome.FAILED, True)
    assert post.said(key) == [("notice_bounced", "sent", "failed")]


def test_a_delivery_of_what_was_sent_is_kept_and_changes_nothing_else(post: Post) -> None:
    key = post.message()
    received = post.report(key, DELIVERED)
    assert (received.new, received.changed) == (True, False)
    assert post.stands(key) == (MessageState.SENT, None, Outcome.DELIVERED, True)
    assert post.said(key) == [("notice_delivered", "sent", "sent")]


@pytest.mark.parametrize(
    ("told", "state", "blocker", "outcome", "kind"),
    [
        (ACCEPTED, "sent", None, Outcome.DELIVERED, "notice_accepted"),
        (DELIVERED, "sent", None, Outcome.DELIVERED, "notice_delivered"),
        (FAILED, "failed", Blocker.PROVIDER, Outcome.FAILED, "notice_bounced"),
    ],
)
def test_a_report_tells_the_fate_of_an_unknown_message_and_closes_its_task(
    post: Post, told: DeliveryState, state: str, blocker: Blocker | None, outcome: Outcome, kind: str
) -> None:
    key = post.message(MessageState.UNKNOWN)
    assert [task.task_id for task in post.world.tasks()] == [tasks.unknown_outcome(key)]
    assert post.report(key, told).changed
    assert post.stands(key) == (state, blocker, outcome, True)
    assert post.said(key) == [(kind, "unknown", state)]
    assert post.world.tasks() == ()
    with post.world.ledger.read() as conn:
        task = tasks.get(conn, tasks.unknown_outcome(key))
    assert task is not None
    assert (task.closed_by, task.outcome) == ("provider", state)


def test_a_task_that_a_person_closed_before_stays_as_it_was_closed(post: Post) -> None:
    key = post.message(MessageState.UNKNOWN)
    with post.world.ledger.write() as conn:
        tasks.close(conn, tasks.unknown_outcome(key), DECIDED_AT, "op-1", "asked")
    post.report(key, FAILED)
    with post.world.ledger.read() as conn:
        task = tasks.get(conn, tasks.unknown_outcome(key))
    assert task is not None
    assert (task.closed_by, task.outcome) == ("op-1", "asked")


def test_what_a_person_settled_as_sent_bounces_all_the_same(post: Post) -> None:
    key = post.message(MessageState.UNKNOWN)
    with post.world.ledger.write() as conn:
        messages.resolve_unknown(conn, key, MessageState.SENT, DECIDED_AT, "op-1")
    post.report(key, FAILED)
    assert post.stands(key) == (MessageState.FAILED, Blocker.PROVIDER, Outcome.FAILED, True)


def test_the_same_report_again_changes_nothing_and_is_told_once(post: Post) -> None:
    key = post.message()
    first, again = post.report(key, FAILED), post.report(key, FAILED)
    assert (first.new, again.new, again.changed) == (True, False, False)
    assert post.said(key) == [("notice_bounced", "sent", "failed")]


@pytest.mark.parametrize("late", [ACCEPTED, DELIVERED])
def test_after_a_bounce_nothing_brings_the_message_back(post: Post, late: DeliveryState) -> None:
    key = post.message()
    post.report(key, FAILED)
    assert not post.report(key, late, minute=9).changed
    assert post.stands(key) == (MessageState.FAILED, Blocker.PROVIDER, Outcome.FAILED, True)
    assert post.said(key) == [("notice_bounced", "sent", "failed")]


def test_a_report_that_outruns_the_senders_own_receipt_is_not_undone_by_it(post: Post) -> None:
    key = post.message(MessageState.SENDING)
    post.report(key, FAILED)
    with post.world.ledger.write() as conn:
        assert not messages.settle(conn, key, MessageState.SENT, DECIDED_AT, "receipt")
    assert post.stands(key) == (MessageState.FAILED, Blocker.PROVIDER, Outcome.FAILED, True)


def test_what_was_stopped_and_yet_left_counts_again(post: Post) -> None:
    key = post.message(MessageState.REFUSED)
    assert post.stands(key) == (MessageState.REFUSED, None, Outcome.PENDING, False)
    post.report(key, DELIVERED)
    assert post.stands(key) == (MessageState.SENT, None, Outcome.DELIVERED, True)


@pytest.mark.parametrize("told", [ACCEPTED, DELIVERED])
def test_a_delivery_of_what_the_provider_had_refused_is_told_and_changes_nothing(
    post: Post, told: DeliveryState
) -> None:
    key = post.message(MessageState.FAILED)
    assert not post.report(key, told).changed
    assert post.stands(key)[0] is MessageState.FAILED
    assert post.said(key) == [("notice_contradicted", "failed", "failed")]


def test_the_receipt_of_an_unknown_message_is_the_providers_reference(post: Post) -> None:
    key = post.message(MessageState.UNKNOWN)
    post.report(key, DELIVERED)
    assert post.world.receipt(key) == "r-1"


@pytest.mark.parametrize("beginning", [MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN])
def test_a_notice_of_the_law_is_given_when_it_left_and_not_when_it_bounced(post: Post, beginning: MessageState) -> None:
    key = post.message(beginning, legal_notice="default_notice")
    post.report(key, DELIVERED)
    assert post.notices() == ["default_notice"]
    post.report(key, FAILED)
    assert post.notices() == []


def test_a_call_that_bounces_had_given_no_notice(post: Post) -> None:
    key = post.message(legal_notice="default_notice", channel=Channel.CALL)
    assert post.report(key, FAILED).changed
    assert post.notices() == []


@pytest.mark.parametrize("told", DeliveryState)
def test_a_confirmation_whose_fate_is_reported_needs_nobody_any_more(post: Post, told: DeliveryState) -> None:
    key = post.message(MessageState.SENDING, key=f"{OPT_OUT_KEYS}said-1", purpose=Purpose.CONFIRM_OPT_OUT)
    with post.world.ledger.write() as conn:
        tasks.add(conn, Task(confirmations.task_id("said-1"), "P-1", confirmations.KIND, DECIDED_AT))
    post.report(key, told)
    assert post.world.tasks() == ()


@pytest.mark.parametrize(("key", "secret", "line"), [("other", SECRET, "no message"), (None, "guess", "signature")])
def test_a_report_of_no_message_and_a_forged_one_are_refused_and_nothing_is_kept(
    post: Post, key: str | None, secret: str, line: str
) -> None:
    there = post.message()
    with pytest.raises(InputError, match=line):
        post.report(key or there, FAILED, secret=secret)
    assert post.stands(there)[0] is MessageState.SENT
    with post.world.ledger.read() as conn:
        assert deliveries.current(conn, there) is None
    assert post.world.audit() == []


def test_after_a_bounce_the_case_goes_on_by_its_next_channel(ledger: Ledger, tmp_path: Path) -> None:
    by_two = STRATEGY.ladder[0].model_copy(update={"channels": (Channel.SMS, Channel.FILE)})
    world = world_of(ledger, tmp_path / "outbox", strategy=STRATEGY.model_copy(update={"ladder": (by_two,)}))
    with ledger.write() as conn:
        accounts.add_contact_point(conn, ContactPoint("C-2", "P-1", Channel.SMS, "+886912345678"))
    cases = CaseActivities(ledger, (Channel.SMS, Channel.FILE))
    opened = cases.advance(Advance(case=world.case, events=(Opened(),), as_of=DECIDED_AT))
    (by_sms,) = opened.commands
    assert by_sms.channel is Channel.SMS
    world.messaging().send_notice(by_sms)
    assert Post(world).report(by_sms.key, FAILED).changed
    heard = cases.advance(Advance(case=opened.case, events=(LedgerChanged(),), as_of=DECIDED_AT + timedelta(hours=1)))
    assert heard.case.next.wake_at is not None
    (by_file,) = cases.advance(Advance(case=heard.case, events=(Woken(),), as_of=heard.case.next.wake_at)).commands
    assert (by_file.step, by_file.channel) == (by_sms.step, Channel.FILE)


reported = st.tuples(st.sampled_from(DeliveryState), st.integers(0, 3))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(BEGINNINGS), st.lists(reported, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_order_and_number_of_the_same_reports_ends_in_the_same_state(
    post: Post, beginning: MessageState, told: Sequence[tuple[DeliveryState, int]], chance: object
) -> None:
    again = [*told, *told]
    chance.shuffle(again)  # type: ignore[attr-defined]
    one, other = post.message(beginning), post.message(beginning)
    for state, minute in told:
        post.report(one, state, minute)
    for state, minute in again:
        post.report(other, state, minute)
    assert post.stands(one) == post.stands(other)
    bounced = FAILED in (state for state, _ in told) or beginning is MessageState.FAILED
    assert post.stands(one)[0] is (MessageState.FAILED if bounced else MessageState.SENT)
    open_tasks = {task.task_id for task in post.world.tasks()}
    assert not open_tasks & {tasks.unknown_outcome(one), tasks.unknown_outcome(other)}


def test_reports_at_the_same_moment_are_each_kept_and_told_once(post: Post) -> None:
    key = post.message(MessageState.UNKNOWN)
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: post.report(key, FAILED), range(16)))
    assert [one.new for one in told].count(True) == 1
    assert [one.changed for one in told].count(True) == 1
    assert post.said(key) == [("notice_bounced", "unknown", "failed")]


def test_secrets_come_from_files_anew_each_time(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text("n\n", encoding="utf-8")
    old.write_text("o", encoding="utf-8")
    assert secrets_of([new, old]) == ("n", "o")
    new.write_text("m", encoding="utf-8")
    assert secrets_of([new]) == ("m",)


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff"])
def test_a_file_without_a_secret_is_named_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=rf"DUECOURSE_CALLBACK_SECRETS: the file {file} cannot be read or is empty"):
        secrets_of([file])


def test_without_a_secret_the_line_says_what_to_set() -> None:
    with pytest.raises(InputError, match="name a file that holds it in DUECOURSE_CALLBACK_SECRETS"):
        secrets_of([])
