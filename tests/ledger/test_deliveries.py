"""Deliveries: what a provider reports, in whatever order and however often."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from domain.model.errors import InputError
from ledger import deliveries, messages
from ledger.deliveries import Delivery, DeliveryState

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
STATES = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.FAILED)


@pytest.fixture
def key(book, notice) -> str:
    """The key of a message."""
    messages.intend(book.conn, notice, "p1", None, AT.date(), AT)
    return notice.key


def test_a_report_that_comes_twice_is_one(book, key) -> None:
    report = Delivery(key, "r-1", DeliveryState.DELIVERED, AT)
    assert deliveries.current(book.conn, key) is None
    assert deliveries.add(book.conn, report, AT)
    assert not deliveries.add(book.conn, report, AT + timedelta(hours=1))
    assert deliveries.current(book.conn, key) == report


@pytest.mark.parametrize("order", list(permutations(STATES)))
def test_a_bounce_is_the_last_word_in_whatever_order_the_reports_come(book, key, order) -> None:
    for number, state in enumerate(order):
        deliveries.add(book.conn, Delivery(key, None, state, AT + timedelta(minutes=number)), AT)
    found = deliveries.current(book.conn, key)
    assert found is not None
    assert found.state is DeliveryState.FAILED


def test_of_two_reports_that_say_the_same_the_latest_counts(book, key) -> None:
    early = Delivery(key, "r-1", DeliveryState.DELIVERED, AT)
    late = replace(early, at=AT + timedelta(hours=1))
    deliveries.add(book.conn, late, AT)
    deliveries.add(book.conn, early, AT)
    assert deliveries.current(book.conn, key) == late


def test_a_report_of_a_message_that_is_not_there_is_refused(book) -> None:
    with pytest.raises(InputError, match="no message none in the ledger"):
        deliveries.add(book.conn, Delivery("none", None, DeliveryState.FAILED, AT), AT)
