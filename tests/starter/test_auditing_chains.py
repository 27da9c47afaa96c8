"""Rows of evidence that somebody touched are named, in the chains of the cases and of the system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert, update

from domain.audit.chain import Link, Tampering, digest
from domain.model.stops import StopKind
from ledger import stops, system_audit
from ledger.contact_tables import stops as stop_rows
from ledger.contact_tables import system_audit as system_rows
from ledger.contact_tables import watermarks
from ledger.stops import Stop
from ledger.tables import audit
from starter.auditing import Audited
from starter.feed.freshness import say_complete
from tests.starter.portfolio import BEFORE, Portfolio, unguarded

HOUR = timedelta(hours=1)


def row_of_case(number: int) -> tuple[object, object]:
    return audit.c.case_id == "chained/1", audit.c.case_seq == number


def changed(conn: Connection) -> None:
    conn.execute(update(audit).where(*row_of_case(2)).values(body="{}"))


def deleted(conn: Connection) -> None:
    conn.execute(delete(audit).where(*row_of_case(2)))


def inserted(conn: Connection) -> None:
    """A row whose own hash is right, but which is not built on the one before."""
    forged = Link("chained/1", 5, "notice_deferred", BEFORE, "{}", "0" * 64, "")
    conn.execute(insert(audit).values({**asdict(forged), "hash": digest(forged)}))


def reordered(conn: Connection) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        conn.execute(update(audit).where(*row_of_case(old)).values(case_seq=new))


@pytest.mark.parametrize(
    ("tamper", "rows"),
    [
        (changed, [(2, Tampering.CHANGED)]),
        (deleted, [(2, Tampering.DELETED)]),
        (inserted, [(5, Tampering.INSERTED)]),
        (reordered, [(2, Tampering.REORDERED), (3, Tampering.REORDERED)]),
    ],
    ids=["changed", "deleted", "inserted", "reordered"],
)
def test_rows_that_are_not_as_they_were_written_are_named(book: Portfolio, tamper, rows) -> None:
    for name in ("chained", "other"):
        book.person(name)
        for day in (3, 4):
            book.reach(name, f"2026-03-0{day}T10:00")
    assert book.audit() == Audited(4, (), 2, ())
    with unguarded(book.ledger) as conn:
        tamper(conn)
    audited = book.audit()
    assert [(row.case_id, row.case_seq, row.what) for row in audited.tampered] == [
        ("chained/1", number, what) for number, what in rows
    ]
    assert audited.breaches == ()
    assert not audited.is_clean


# --- what is not a case's


def told(book: Portfolio) -> None:
    """Two stops, of which one was released, and a feed that was complete twice."""
    with book.ledger.write() as conn:
        for name in ("s-1", "s-2"):
            stops.set_stop(conn, Stop(name, StopKind.AGENCY, "x", BEFORE, "op-1", "why"))
        stops.release(conn, "s-1", BEFORE + HOUR, "op-2")
        for hours in (0, 1):
            say_complete(conn, BEFORE + hours * HOUR, BEFORE + 2 * HOUR)


def system(chain: str, number: int) -> tuple[object, object]:
    return system_rows.c.chain == chain, system_rows.c.chain_seq == number


def kind_changed(chain: str) -> Callable[[Connection], object]:
    return lambda conn: conn.execute(update(system_rows).where(*system(chain, 2)).values(kind="nothing"))


def end_gone(chain: str, first: int) -> Callable[[Connection], object]:
    gone = system_rows.c.chain == chain, system_rows.c.chain_seq >= first
    return lambda conn: conn.execute(delete(system_rows).where(*gone))


def stop_gone(name: str) -> Callable[[Connection], object]:
    return lambda conn: conn.execute(delete(stop_rows).where(stop_rows.c.stop_id == name))


def stop_is(name: str, **values: object) -> Callable[[Connection], object]:
    return lambda conn: conn.execute(update(stop_rows).where(stop_rows.c.stop_id == name).values(values))


def feed_is(hours: int) -> Callable[[Connection], object]:
    return lambda conn: conn.execute(update(watermarks).values(fresh_until=BEFORE + hours * HOUR))


def of_no_kind(chain: str) -> Callable[[Connection], object]:
    return lambda conn: system_audit.append(conn, chain, "forged", BEFORE, {})


@pytest.mark.parametrize(
    ("tamper", "rows"),
    [
        (kind_changed("stops"), [("stops", 2, Tampering.CHANGED)]),
        (kind_changed("feeds"), [("feeds", 2, Tampering.CHANGED)]),
        (end_gone("stops", 3), [("stops", 3, Tampering.MISSING)]),
        (end_gone("stops", 1), [("stops", 1, Tampering.MISSING)]),
        (end_gone("feeds", 2), [("feeds", 2, Tampering.MISSING)]),
        (end_gone("feeds", 1), [("feeds", 1, Tampering.MISSING)]),
        (of_no_kind("stops"), [("stops", 4, Tampering.INSERTED)]),
        (of_no_kind("feeds"), [("feeds", 3, Tampering.INSERTED)]),
        (stop_gone("s-1"), [("stops", 1, Tampering.ALONE), ("stops", 3, Tampering.ALONE)]),
        (stop_is("s-2", kind=StopKind.CHANNEL), [("stops", 2, Tampering.ALONE)]),
        (stop_is("s-2", set_at=BEFORE + HOUR), [("stops", 2, Tampering.ALONE)]),
        (stop_is("s-1", released_at=BEFORE), [("stops", 3, Tampering.ALONE)]),
        (stop_is("s-2", released_at=BEFORE), [("stops", 4, Tampering.MISSING)]),
        (feed_is(2), [("feeds", 3, Tampering.MISSING)]),
        (feed_is(0), [("feeds", 2, Tampering.ALONE)]),
        (lambda conn: conn.execute(delete(watermarks)), [("feeds", 2, Tampering.ALONE)]),
    ],
)
def test_the_chains_of_the_system_and_what_they_tell_of_are_checked_too(book: Portfolio, tamper, rows) -> None:
    told(book)
    assert book.audit() == Audited(0, (), 2, ())
    with unguarded(book.ledger) as conn:
        tamper(conn)
    assert [(row.case_id, row.case_seq, row.what) for row in book.audit().tampered] == rows
