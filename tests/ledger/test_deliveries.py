"""Deliveries: what a provider reports, in whatever order and however often."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from domain.model.delivery import DeliveryReport, DeliveryState
from domain.model.errors import InputError
from ledger import deliveries, messages

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)


def report(key: str, state: DeliveryState = DeliveryState.DELIVERED, minute: int = 0) -> DeliveryReport:
    return DeliveryReport(key=key, state=state, at=AT + timedelta(minutes=minute), provider_ref="r-1")


@pytest.fixture
def key(book, notice) -> str:
    """The key of a message."""
    messages.intend(book.conn, notice, "p1", None, AT.date(), AT)
    return notice.key


def test_a_report_that_comes_twice_is_one(book, key) -> None:
    assert deliveries.current(book.conn, key) is None
    assert deliveries.add(book.conn, report(key), AT)
    assert not deliveries.add(book.conn, report(key), AT + timedelta(hours=1))
    assert deliveries.current(book.conn, key) == report(key)


@pytest.mark.parametrize("order", list(permutations(DeliveryState)))
def test_a_bounce_is_the_last_word_in_whatever_order_the_reports_come(book, key, order) -> None:
    for number, state in enumerate(order):
        deliveries.add(book.conn, report(key, state, minute=number), AT)
    found = deliveries.current(book.conn, key)
    assert found is not None
    assert found.state is DeliveryState.FAILED


def test_of_two_reports_that_say_the_same_the_latest_counts(book, key) -> None:
    deliveries.add(book.conn, report(key, minute=60), AT)
    deliveries.add(book.conn, report(key), AT)
    assert deliveries.current(book.conn, key) == report(key, minute=60)


def test_a_report_of_a_message_that_is_not_there_is_refused_without_its_key(book) -> None:
    with pytest.raises(InputError, match="the ledger has no message") as refused:
        deliveries.add(book.conn, report("nobody's"), AT)
    assert "nobody" not in str(refused.value)
