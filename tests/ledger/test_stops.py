"""Emergency stops: set by one person at once, released by another, and told in a chain of the audit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.model.errors import InputError
from domain.model.stops import StopKind
from ledger import stops, system_audit
from ledger.stops import Stop

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
STOP = Stop("s1", StopKind.CHANNEL, "sms", AT, "op-1", "wrong_text")


def names(book, at: datetime) -> list[str]:
    return [stop.stop_id for stop in stops.in_force(book.conn, at)]


def test_a_stop_is_in_force_from_its_instant_until_its_release(book) -> None:
    assert stops.set_stop(book.conn, STOP)
    assert stops.in_force(book.conn, AT) == (STOP,)
    assert stops.release(book.conn, "s1", LATER, "op-2")
    assert names(book, AT - timedelta(microseconds=1)) == []
    assert names(book, LATER - timedelta(microseconds=1)) == ["s1"]
    assert names(book, LATER) == []


def test_stops_come_oldest_first(book) -> None:
    stops.set_stop(book.conn, replace(STOP, stop_id="s2", set_at=LATER))
    stops.set_stop(book.conn, STOP)
    assert names(book, LATER) == ["s1", "s2"]


def test_a_stop_is_set_once_and_released_once(book) -> None:
    stops.set_stop(book.conn, STOP)
    assert not stops.set_stop(book.conn, replace(STOP, set_at=LATER))
    assert stops.release(book.conn, "s1", LATER, "op-2")
    assert not stops.release(book.conn, "s1", LATER, "op-3")
    assert not stops.set_stop(book.conn, STOP)
    assert [row.kind for row in system_audit.rows(book.conn, stops.CHAIN)] == ["stop_set", "stop_released"]


def test_whoever_set_a_stop_cannot_release_it(book) -> None:
    stops.set_stop(book.conn, STOP)
    with pytest.raises(InputError, match="a second person must release the stop s1: op-1 set it"):
        stops.release(book.conn, "s1", LATER, "op-1")
    assert names(book, LATER) == ["s1"]


def test_a_stop_cannot_be_released_before_it_was_set(book) -> None:
    stops.set_stop(book.conn, STOP)
    with pytest.raises(InputError, match="the stop s1 cannot be released before it was set"):
        stops.release(book.conn, "s1", AT - timedelta(seconds=1), "op-2")


def test_the_audit_tells_who_and_why(book) -> None:
    stops.set_stop(book.conn, STOP)
    stops.release(book.conn, "s1", LATER, "op-2")
    told = [(row.at, row.content) for row in system_audit.rows(book.conn, stops.CHAIN)]
    assert told == [
        (AT, {"stop_id": "s1", "kind": "channel", "value": "sms", "by": "op-1", "reason": "wrong_text"}),
        (LATER, {"stop_id": "s1", "by": "op-2"}),
    ]
    assert system_audit.verify(book.conn, stops.CHAIN) is None


def test_a_stop_that_is_not_there_cannot_be_released(book) -> None:
    with pytest.raises(InputError, match="no stop s1 in the ledger"):
        stops.release(book.conn, "s1", LATER, "op-2")


@pytest.mark.parametrize("kind", list(StopKind))
def test_a_stop_has_a_value_when_its_kind_does_not_say_it_all(book, kind: StopKind) -> None:
    says_all = kind in (StopKind.ALL, StopKind.BANK)
    fits, other = ("", "sms") if says_all else ("sms", "")
    with pytest.raises(InputError, match="has no value" if says_all else "needs a value"):
        stops.set_stop(book.conn, replace(STOP, kind=kind, value=other))
    assert stops.set_stop(book.conn, replace(STOP, kind=kind, value=fits))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"value": "pigeon"}, "'pigeon' is no channel: write one of call, sms"),
        ({"set_by": "Ann Lee"}, "set by is no code"),
        ({"reason": "a wrong text"}, "reason is no code"),
        ({"kind": StopKind.AGENCY, "value": "the north"}, "value is no code"),
        ({"released_at": LATER}, "a stop is set before it is released"),
    ],
)
def test_what_cannot_be_a_stop_is_refused(book, wrong, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        stops.set_stop(book.conn, replace(STOP, **wrong))


def test_an_id_cannot_be_used_for_another_stop(book) -> None:
    stops.set_stop(book.conn, STOP)
    with pytest.raises(InputError, match="stop s1 is in the ledger with other content"):
        stops.set_stop(book.conn, replace(STOP, value="call"))


def test_a_release_says_who_by_a_code(book) -> None:
    stops.set_stop(book.conn, STOP)
    with pytest.raises(InputError, match="released by is no code"):
        stops.release(book.conn, "s1", LATER, "Bo Chen")
