"""Rows of evidence that somebody touched are named, in the chains of the cases and of the system."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, text, update

from domain.audit.chain import Link, Tampering, digest
from ledger import audit, system_audit, tables
from ledger.contact_tables import system_audit as system_rows
from starter.auditing import Audited
from tests.starter.portfolio import (
    BEFORE,
    Portfolio,
    unguarded,
)


def changed(conn: Connection) -> None:
    conn.execute(text("UPDATE audit SET body = '{}' WHERE case_id = 'chained/1' AND case_seq = 2"))


def deleted(conn: Connection) -> None:
    conn.execute(text("DELETE FROM audit WHERE case_id = 'chained/1' AND case_seq = 2"))


def inserted(conn: Connection) -> None:
    """A row whose own hash is right, but which is not built on the one before."""
    forged = Link("chained/1", 5, "forged", BEFORE, "{}", "0" * 64, "")
    conn.execute(insert(tables.audit).values({**asdict(forged), "hash": digest(forged)}))


def reordered(conn: Connection) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        own = (tables.audit.c.case_id == "chained/1", tables.audit.c.case_seq == old)
        conn.execute(update(tables.audit).where(*own).values(case_seq=new))


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
        with book.ledger.write() as conn:
            for number in range(1, 5):
                audit.append(conn, f"{name}/1", "noted", BEFORE + timedelta(hours=number), {"number": number})
    assert book.audit() == Audited(0, (), 2, ())
    with unguarded(book.ledger, "audit") as conn:
        tamper(conn)
    audited = book.audit()
    assert [(row.case_id, row.case_seq, row.what) for row in audited.tampered] == [
        ("chained/1", number, what) for number, what in rows
    ]
    assert not audited.is_clean


@pytest.mark.parametrize("name", ["stops", "feeds"])
def test_the_chains_of_the_system_are_checked_too(book: Portfolio, name: str) -> None:
    with book.ledger.write() as conn:
        for chain in ("stops", "feeds"):
            for number in range(1, 4):
                system_audit.append(conn, chain, "noted", BEFORE, {"number": number})
    assert book.audit() == Audited(0, (), 2, ())
    with unguarded(book.ledger, "system_audit") as conn:
        own = (system_rows.c.chain == name, system_rows.c.chain_seq == 2)
        conn.execute(update(system_rows).where(*own).values(kind="nothing"))
    (row,) = book.audit().tampered
    assert (row.case_id, row.case_seq, row.what) == (name, 2, Tampering.CHANGED)
