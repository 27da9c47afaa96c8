"""Emergency stops and old feeds: a contact that was made in spite of them is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.contact import Direction, Purpose
from domain.model.stops import StopKind
from tests.starter.portfolio import AGENCY, CALL, MORNING, Portfolio, found

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("kind", "value", "made", "closes"),
    [
        (StopKind.ALL, "", {}, True),
        (StopKind.ALL, "", {"direction": Direction.IN}, False),
        (StopKind.BANK, "", {}, True),
        (StopKind.BANK, "", AGENCY, False),
        (StopKind.RULES, "cn", {}, True),
        (StopKind.RULES, "base", {}, True),
        (StopKind.RULES, "eu", {}, False),
        (StopKind.CHANNEL, "email", {}, True),
        (StopKind.CHANNEL, "sms", {}, False),
        (StopKind.AGENCY, "agency-1", AGENCY, True),
        (StopKind.AGENCY, "agency-2", AGENCY, False),
        (StopKind.AGENCY, "bank", {}, False),
        (StopKind.STRATEGY, "test", {}, True),
        (StopKind.STRATEGY, "other", {}, False),
    ],
)
def test_a_stop_closes_what_it_names(
    book: Portfolio, kind: StopKind, value: str, made: dict[str, object], closes: bool
) -> None:
    book.person("stopped")
    contact_id = book.reach("stopped", **made)
    book.stop(kind, value, book.at("stopped", MORNING) - HOUR)
    audited = book.audit()
    assert found(audited) == ([(contact_id, "gate.stopped")] if closes else [])
    assert audited.tampered == ()


@pytest.mark.parametrize("made", [{}, CALL], ids=["message", "call"])
@pytest.mark.parametrize(
    ("set_after", "released_after", "closes"),
    [(0, None, True), (1, None, False), (-60, 0, False), (-60, 10, True), (-60, -1, False)],
)
def test_a_stop_closes_from_its_instant_until_its_release(
    book: Portfolio, made: dict[str, object], set_after: int, released_after: int | None, closes: bool
) -> None:
    book.person("stopped")
    contact_id = book.reach("stopped", **made)
    at = book.at("stopped", MORNING)
    released_at = None if released_after is None else at + timedelta(minutes=released_after)
    book.stop(StopKind.ALL, "", at + timedelta(minutes=set_after), released_at)
    assert found(book.audit()) == ([(contact_id, "gate.stopped")] if closes else [])


@pytest.mark.parametrize(("made", "closes"), [({}, False), (CALL, True)], ids=["message", "call"])
def test_a_stop_that_another_clock_released_a_little_later_was_over_for_a_message(
    book: Portfolio, made: dict[str, object], closes: bool
) -> None:
    book.person("stopped")
    contact_id = book.reach("stopped", **made)
    at = book.at("stopped", MORNING)
    book.stop(StopKind.ALL, "", at - HOUR, at + timedelta(minutes=5))
    assert found(book.audit()) == ([(contact_id, "gate.stopped")] if closes else [])


@pytest.mark.parametrize(
    ("marks", "is_a_breach"),
    [
        ((), False),
        (((-24, -1),), False),
        (((-25, -1),), True),
        (((-25, -1), (-1, 0)), False),
        (((-25, -1), (0, 1)), True),
        (((0, 1),), False),
    ],
)
def test_by_an_old_feed_nothing_is_collected(
    book: Portfolio, marks: tuple[tuple[int, int], ...], is_a_breach: bool
) -> None:
    """Each mark: until when the feed was complete, and when that was told, in hours from the contact."""
    book.person("stale")
    contact_id = book.reach("stale")
    for until, told in marks:
        book.complete(book.at("stale", MORNING) + until * HOUR, book.at("stale", MORNING) + told * HOUR)
    audited = book.audit()
    assert found(audited) == ([(contact_id, "gate.stale")] if is_a_breach else [])
    assert audited.tampered == ()


def test_an_old_feed_stops_what_collects_and_nothing_else(book: Portfolio) -> None:
    book.person("stale")
    book.reach("stale", purpose=Purpose.LEGAL_NOTICE)
    book.complete(book.at("stale", MORNING) - 25 * HOUR, book.at("stale", MORNING) - HOUR)
    assert book.audit().is_clean


@pytest.mark.parametrize(("issued", "is_a_breach"), [(-30, False), (0, True)])
def test_a_feed_that_grows_old_after_a_permit_was_given_takes_it_not_back(
    book: Portfolio, issued: int, is_a_breach: bool
) -> None:
    book.person("stale")
    contact_id = book.reach("stale", permit={"issued": issued}, **CALL)
    at = book.at("stale", MORNING)
    book.complete(at - timedelta(hours=24, minutes=10), at - 2 * HOUR)
    assert found(book.audit()) == ([(contact_id, "gate.stale")] if is_a_breach else [])
