"""Messages: one intent under one key, and states that only go forward."""

from datetime import UTC, date, datetime

import pytest

from domain.model.errors import InputError
from domain.model.events import Blocker
from domain.model.facts import MessageState, Notice
from domain.model.strategy import Channel
from ledger import accounts, messages
from ledger.accounts import ContactPoint

DAY = date(2005, 6, 23)
AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
LATER = datetime(2005, 6, 23, 2, tzinfo=UTC)
SENDING, SENT, REFUSED, FAILED, UNKNOWN = (
    MessageState.SENDING,
    MessageState.SENT,
    MessageState.REFUSED,
    MessageState.FAILED,
    MessageState.UNKNOWN,
)


@pytest.fixture
def intended(book, notice):
    """A message about to be sent."""
    accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.FILE, "outbox"))
    assert messages.intend(book.conn, notice, "p1", "c1", DAY, AT)
    return book


def test_an_intent_is_stored_once_whoever_asks_again(intended, notice) -> None:
    assert not messages.intend(intended.conn, notice, "p1", "c1", date(2005, 6, 24), LATER)
    row = messages.get(intended.conn, notice.key)
    assert row is not None
    assert (row.state, row.on_date, row.intent_at, row.settled_at) == (SENDING, DAY, AT, None)
    assert (row.past_due, row.oldest_due_on, row.contact_point_id) == (notice.past_due, notice.oldest_due_on, "c1")
    assert (row.step, row.notice, row.attempt, row.channel) == ("first", "reminder", 1, Channel.FILE)


def test_a_message_that_must_not_leave_is_settled_at_once(book, notice) -> None:
    assert messages.intend(book.conn, notice, "p1", None, DAY, AT, REFUSED, Blocker.PAID)
    row = messages.get(book.conn, notice.key)
    assert row is not None
    assert (row.state, row.blocker, row.settled_at, row.contact_point_id) == (REFUSED, Blocker.PAID, AT, None)


def test_a_receipt_is_stored(intended, notice) -> None:
    assert messages.settle(intended.conn, notice.key, SENT, LATER, receipt="r-1")
    row = messages.get(intended.conn, notice.key)
    assert row is not None
    assert (row.state, row.receipt, row.settled_at) == (SENT, "r-1", LATER)


@pytest.mark.parametrize("first", [SENT, REFUSED, FAILED, UNKNOWN])
@pytest.mark.parametrize("second", [SENDING, SENT, REFUSED, FAILED, UNKNOWN])
def test_a_state_only_goes_forward(intended, notice, first, second) -> None:
    messages.settle(intended.conn, notice.key, first, AT, receipt="first")
    goes_on = second is SENT and first in (UNKNOWN, REFUSED)
    assert messages.settle(intended.conn, notice.key, second, LATER, receipt="second") is goes_on
    row = messages.get(intended.conn, notice.key)
    assert row is not None
    assert (row.state, row.receipt) == ((second, "second") if goes_on else (first, "first"))


def test_a_message_that_is_not_there_cannot_be_settled(book) -> None:
    assert messages.get(book.conn, "none") is None
    with pytest.raises(InputError, match="no message none in the ledger"):
        messages.settle(book.conn, "none", SENT, AT)


def test_the_notices_of_a_case_come_oldest_first(intended, notice) -> None:
    second = notice.model_copy(update={"key": "a1/1/a-second/1", "step": "a-second"})
    messages.intend(intended.conn, second, "p1", "c1", date(2005, 6, 26), datetime(2005, 6, 26, 1, tzinfo=UTC))
    messages.settle(intended.conn, notice.key, UNKNOWN, LATER, blocker=Blocker.NO_ANSWER)
    assert messages.notices(intended.conn, notice.case_id) == (
        Notice(key=notice.key, step="first", attempt=1, channel=Channel.FILE, state=UNKNOWN, on=DAY),
        Notice(key=second.key, step="a-second", attempt=1, channel=Channel.FILE, state=SENDING, on=date(2005, 6, 26)),
    )
    assert messages.notices(intended.conn, "a1/2") == ()
