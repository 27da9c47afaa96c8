"""Clocks apart: a record that another clock kept, and the instant that suits both."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.compliance.clocks import check_by_every_clock, lifted
from domain.model.contact import CLOCKS_APART, ContactAsk, FactKind, NextKind, Outcome, PastContact, PastFact, Record
from domain.model.pack import Pack
from domain.model.strategy import Channel

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PACK = Pack.model_validate(
    {
        "pack": {"id": "xx", "version": 1, "title": "Test", "valid_from": "2000-01-01"},
        "sources": {"law": {"instrument": "Law", "citation": "art. 1", "status": "P", "force": "law"}},
        "windows": [{"id": "day", "open": "08:00", "close": "22:00", "source": "law"}],
        "parties": [{"id": "debtor", "reach": "free", "source": "law"}],
        "opt_outs": [{"id": "stop", "channels": ["sms"], "scope": "all", "source": "law"}],
    }
)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def record(*contacts: PastContact, facts: tuple[PastFact, ...] = ()) -> Record:
    return Record(zones=("UTC",), contacts=contacts, facts=facts)


def call(at: datetime, outcome: Outcome = Outcome.NO_ANSWER) -> PastContact:
    return PastContact(at=at, channel=Channel.CALL, outcome=outcome)


def opted_out(at: datetime) -> PastFact:
    return PastFact(at, FactKind.OPT_OUT)


@pytest.mark.parametrize(
    ("on_record", "at"),
    [
        (record(), AT),
        (record(call(AT - minutes(1)), facts=(opted_out(AT),)), AT),
        (record(call(AT + minutes(1)), call(AT + minutes(3)), call(AT + minutes(2))), AT + minutes(3)),
        (record(call(AT + minutes(1)), facts=(opted_out(AT + minutes(2)),)), AT + minutes(2)),
        (record(call(AT + CLOCKS_APART)), AT + CLOCKS_APART),
        (record(call(AT + CLOCKS_APART + timedelta(microseconds=1))), AT),
        (record(call(AT + minutes(1), Outcome.PENDING)), AT),
    ],
    ids=["nothing", "past", "contacts", "facts", "at-the-bound", "beyond", "pending"],
)
def test_a_question_is_lifted_to_the_newest_that_a_clock_ahead_can_have_stored(on_record: Record, at: datetime) -> None:
    assert lifted(AT, on_record) == at


def test_what_a_clock_ahead_stored_refuses() -> None:
    ask = ContactAsk(channel=Channel.SMS, at=AT)
    judged, verdict = check_by_every_clock(ask, record(facts=(opted_out(AT + minutes(2)),)), (PACK,))
    assert (judged.at, verdict.refused_by, verdict.next) == (AT + minutes(2), ("xx.stop",), NextKind.EVENT)


def test_allowed_by_both_clocks_it_is_allowed_at_the_later_instant() -> None:
    ask = ContactAsk(channel=Channel.SMS, at=AT)
    judged, verdict = check_by_every_clock(ask, record(call(AT + minutes(2))), (PACK,))
    assert (judged.at, verdict.allowed) == (AT + minutes(2), True)
    assert check_by_every_clock(ask, record(), (PACK,))[0] is ask


@pytest.mark.parametrize(("hour", "minute"), [(7, 59), (21, 59)])
def test_a_window_must_be_open_by_both_clocks(hour: int, minute: int) -> None:
    ask = ContactAsk(channel=Channel.SMS, at=AT.replace(hour=hour, minute=minute))
    judged, verdict = check_by_every_clock(ask, record(call(ask.at + minutes(2))), (PACK,))
    assert verdict.refused_by == ("xx.day",)
    assert judged.at == (ask.at if hour == 7 else ask.at + minutes(2))
