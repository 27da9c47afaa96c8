"""Messages: one intent under one key, and states that only go forward."""

from datetime import UTC, date, datetime

import pytest

from domain.model.blocker import Blocker
from domain.model.contact import ContactAsk, FactKind, Outcome, Party, PastFact, Purpose
from domain.model.errors import InputError
from domain.model.facts import MessageState, Notice
from domain.model.strategy import Channel
from ledger import accounts, audit, contacts, messages, person_facts
from ledger.accounts import ContactPoint
from ledger.contacts import Contact

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
        Notice(
            key=notice.key,
            step="first",
            attempt=1,
            channel=Channel.FILE,
            state=UNKNOWN,
            on=DAY,
            blocker=Blocker.NO_ANSWER,
        ),
        Notice(key=second.key, step="a-second", attempt=1, channel=Channel.FILE, state=SENDING, on=date(2005, 6, 26)),
    )
    assert messages.notices(intended.conn, "a1/2") == ()


def test_the_confirmation_of_an_opt_out_is_no_notice_of_the_ladder(intended, notice) -> None:
    told = {"key": "opt-out/said-1", "step": "opt-out-confirmation", "purpose": Purpose.CONFIRM_OPT_OUT}
    messages.intend(intended.conn, notice.model_copy(update=told), "p1", "c1", DAY, AT)
    assert [each.key for each in messages.notices(intended.conn, notice.case_id)] == [notice.key]
    row = messages.get(intended.conn, "opt-out/said-1")
    assert row is not None
    assert (row.purpose, row.legal_notice) == (Purpose.CONFIRM_OPT_OUT, None)


def test_a_notice_of_the_law_is_one_of_the_ladder_and_is_recorded_as_given_once(book, notice) -> None:
    legal = notice.model_copy(update={"purpose": Purpose.LEGAL_NOTICE, "legal_notice": "right_to_cure"})
    messages.intend(book.conn, legal, "p1", None, DAY, AT)
    row = messages.get(book.conn, legal.key)
    assert row is not None
    assert (row.purpose, row.legal_notice) == (Purpose.LEGAL_NOTICE, "right_to_cure")
    assert len(messages.notices(book.conn, legal.case_id)) == 1
    assert [messages.given(book.conn, row, "p1", AT), messages.given(book.conn, legal, "p1", AT)] == [True, False]
    (told,) = person_facts.of_person(book.conn, "p1", AT)
    assert (told.fact_id, told.fact) == (
        f"notice/{legal.key}",
        PastFact(AT, FactKind.NOTICE_GIVEN, name="right_to_cure", debts=("a1",)),
    )


@pytest.mark.parametrize("other", [{"legal_notice": None}, {"channel": Channel.CALL}])
def test_an_ordinary_message_and_a_task_to_call_give_no_notice_of_the_law(book, notice, other) -> None:
    legal = notice.model_copy(update={"legal_notice": "right_to_cure", **other})
    assert not messages.given(book.conn, legal, "p1", AT)
    assert person_facts.of_person(book.conn, "p1", AT) == ()


def test_a_message_tells_which_text_it_is_and_for_whom(book, notice) -> None:
    text = {"content_digest": "ab12", "locale": "zh-TW", "party": Party.GUARANTOR}
    messages.intend(book.conn, notice, "p1", None, DAY, AT, **text)
    row = messages.get(book.conn, notice.key)
    assert row is not None
    assert (row.content_digest, row.locale, row.party) == ("ab12", "zh-TW", Party.GUARANTOR)


def test_without_more_a_message_is_for_the_debtor(intended, notice) -> None:
    row = messages.get(intended.conn, notice.key)
    assert row is not None
    assert (row.content_digest, row.locale, row.party, row.not_taken) == (None, None, Party.DEBTOR, False)


def test_an_attempt_that_left_nothing_frees_one_attempt_from_looking_up(intended, notice) -> None:
    assert not messages.take_again(intended.conn, notice.key)
    assert messages.mark_not_taken(intended.conn, notice.key)
    assert not messages.mark_not_taken(intended.conn, notice.key)
    row = messages.get(intended.conn, notice.key)
    assert row is not None
    assert row.not_taken
    assert messages.take_again(intended.conn, notice.key)
    assert not messages.take_again(intended.conn, notice.key)


@pytest.mark.parametrize("state", [SENT, REFUSED, FAILED, UNKNOWN])
def test_a_settled_message_is_not_marked(intended, notice, state) -> None:
    messages.settle(intended.conn, notice.key, state, AT)
    assert not messages.mark_not_taken(intended.conn, notice.key)


@pytest.mark.parametrize("mark", [messages.mark_not_taken, messages.take_again])
def test_a_message_that_is_not_there_cannot_be_marked(book, mark) -> None:
    with pytest.raises(InputError, match="no message none in the ledger"):
        mark(book.conn, "none")


@pytest.mark.parametrize(
    ("state", "blocker", "outcome"), [(SENT, None, Outcome.DELIVERED), (FAILED, Blocker.PROVIDER, Outcome.FAILED)]
)
def test_a_person_settles_an_unknown_message_and_its_contact(intended, notice, state, blocker, outcome) -> None:
    contacts.add(intended.conn, Contact.pending(notice.key, "p1", ContactAsk(channel=Channel.FILE, at=AT)))
    messages.settle(intended.conn, notice.key, UNKNOWN, AT, blocker=Blocker.NO_ANSWER)
    assert messages.resolve_unknown(intended.conn, notice.key, state, LATER, "op-1")
    assert not messages.resolve_unknown(intended.conn, notice.key, state, LATER, "op-1")
    row, contact = messages.get(intended.conn, notice.key), contacts.get(intended.conn, notice.key)
    assert row is not None
    assert contact is not None
    assert (row.state, row.blocker, row.settled_at) == (state, blocker, LATER)
    assert (contact.made.outcome, contact.reported_at) == (outcome, LATER)
    resolved = [link.content for link in audit.rows(intended.conn, notice.case_id) if link.kind == "notice_resolved"]
    assert resolved == [{"key": notice.key, "state": state.value, "by": "op-1"}]


def test_an_unknown_message_without_a_contact_is_resolved_too(intended, notice) -> None:
    messages.settle(intended.conn, notice.key, UNKNOWN, AT)
    assert messages.resolve_unknown(intended.conn, notice.key, SENT, LATER, "op-1")


@pytest.mark.parametrize("state", [SENDING, REFUSED, UNKNOWN])
def test_a_person_says_sent_or_failed(intended, notice, state) -> None:
    with pytest.raises(InputError, match=f"a person resolves a message as sent or failed, not as {state}"):
        messages.resolve_unknown(intended.conn, notice.key, state, LATER, "op-1")


@pytest.mark.parametrize("state", [SENDING, REFUSED, FAILED])
def test_only_an_unknown_message_is_resolved(intended, notice, state) -> None:
    messages.settle(intended.conn, notice.key, state, AT)
    with pytest.raises(InputError, match=f"message {notice.key} is {state}: only an unknown one"):
        messages.resolve_unknown(intended.conn, notice.key, SENT, LATER, "op-1")


def test_whoever_resolves_a_message_is_named_by_a_code(intended, notice) -> None:
    messages.settle(intended.conn, notice.key, UNKNOWN, AT)
    with pytest.raises(InputError, match="by is no code"):
        messages.resolve_unknown(intended.conn, notice.key, SENT, LATER, "Ann Lee")
    with pytest.raises(InputError, match="no message none in the ledger"):
        messages.resolve_unknown(intended.conn, "none", SENT, LATER, "op-1")
