"""What somebody did to a ledger in which nothing was wrong: to messages, contacts, permits, and rows of evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, insert, select, update

from domain.audit.chain import Link, Tampering, digest
from domain.model.case import Stage
from domain.model.contact import Actor, Direction, Outcome, Party, Place, Purpose
from domain.model.facts import MessageState
from domain.model.permits import PermitState
from domain.model.strategy import Channel
from ledger.contact_tables import contacts, permits
from ledger.tables import audit, cases, contact_points, messages
from tests.starter.portfolio import BEFORE, CALL, Portfolio, unguarded

SENT, CALLED = "m/1/first/1", "m/1/permit/r-1"
"""A message to the customer, and a call by permit; both on a morning."""
HOURS = timedelta(hours=1)
Change = Callable[[Connection], None]
DIFFERS, UNASKED = "gate.contact_differs", "gate.unasked"
TOLD_TWICE = ((CALLED, DIFFERS), (CALLED, DIFFERS))
"""By the row of the permit, and by that of the report."""
NO_PERMIT, NO_RULES = "gate.no_permit", "gate.no_rules"


def honest(book: Portfolio) -> None:
    """Two persons, each with a case that took a step, a message and a permitted call, all sealed."""
    for name in ("m", "n"):
        book.person(name)
        book.step(name)
        book.reach(name, "2026-03-03T10:00", f"{name}/1/first/1", address=f"{name}-mail")
        book.reach(name, "2026-03-04T10:00", f"{name}/1/permit/r-1", **CALL)


@dataclass(frozen=True)
class Plant:
    """A change, the breaches that it makes, and the rows of evidence that no longer fit."""

    name: str
    change: Change
    breaches: tuple[tuple[str, str], ...] = ()
    tampered: tuple[tuple[str, int, Tampering], ...] = ()

    def __call__(self, book: Portfolio) -> None:
        honest(book)
        with unguarded(book.ledger) as conn:
            self.change(conn)

    def __str__(self) -> str:
        return self.name


def edit(table: Table, key: str, **values: object) -> Change:
    (own,) = table.primary_key.columns
    return lambda conn: conn.execute(update(table).where(own == key).values(values)) and None


def drop(table: Table, key: str) -> Change:
    (own,) = table.primary_key.columns
    return lambda conn: conn.execute(delete(table).where(own == key)) and None


def closed(case_id: str) -> Change:
    return edit(cases, case_id, stage=Stage.CLOSED, outcome="withdrawn", closed_at=BEFORE)


def rows_gone(conn: Connection, first: int) -> None:
    conn.execute(delete(audit).where(audit.c.case_id == "m/1", audit.c.case_seq >= first))


def both(*changes: Change) -> Change:
    def change(conn: Connection) -> None:
        for each in changes:
            each(conn)

    return change


def later(table: Table, key: str, column: str, by: timedelta) -> Change:
    """Move an instant."""
    (own,) = table.primary_key.columns

    def change(conn: Connection) -> None:
        at = conn.scalar(select(table.c[column]).where(own == key))
        conn.execute(update(table).where(own == key).values({column: at + by}))

    return change


def copied(key: str, to: str, **values: object) -> Change:
    """One more contact like another."""

    def change(conn: Connection) -> None:
        row = conn.execute(select(contacts).where(contacts.c.contact_id == key)).mappings().one()
        conn.execute(insert(contacts).values({**row, "contact_id": to, **values}))

    return change


def forged(kind: str, body: str = "{}", case_id: str = "m/1", at: datetime = BEFORE) -> Change:
    """A last row that is built on the one before, its hash computed as this system does."""

    def change(conn: Connection) -> None:
        a = audit.c
        last = conn.execute(select(a.case_seq, a.hash).where(a.case_id == case_id).order_by(a.case_seq.desc())).first()
        number, before = (last.case_seq + 1, last.hash) if last else (1, "")
        row = Link(case_id, number, kind, at, body, before, "")
        conn.execute(insert(audit).values({**asdict(row), "hash": digest(row)}))

    return change


def numbered(number: int) -> Change:
    """A row of a deferral, which tells of nothing else, its own hash computed as this system does."""

    def change(conn: Connection) -> None:
        row = Link("m/1", number, "notice_deferred", BEFORE, "{}", "", "")
        conn.execute(insert(audit).values({**asdict(row), "hash": digest(row)}))

    return change


def given_anew(conn: Connection) -> None:
    """One more row of the permit, which tells of it as somebody changed it."""
    p = permits.c
    issued, opens, ends = conn.execute(
        select(p.issued_at, p.valid_from, p.expires_at).where(p.permit_id == CALLED)
    ).one()
    body = {"permit": CALLED, "valid_from": opens.isoformat(), "expires_at": ends.isoformat()}
    forged("permit_given", json.dumps(body), at=issued)(conn)


def of_contact(**values: object) -> Change:
    return edit(contacts, SENT, **values)


OF_MESSAGES = (
    Plant("its contact is gone", drop(contacts, SENT), ((SENT, UNASKED),)),
    Plant("its contact counts as not made", of_contact(cancelled_at=BEFORE), ((SENT, UNASKED),)),
    Plant("its contact counts as made by the customer", of_contact(direction=Direction.IN), ((SENT, UNASKED),)),
    Plant("its contact counts as on its way", of_contact(outcome=Outcome.PENDING), ((SENT, UNASKED),)),
    Plant("its contact failed, and it did not", of_contact(outcome=Outcome.FAILED), ((SENT, DIFFERS),)),
    Plant("its contact was moved to an evening hour", later(contacts, SENT, "at", HOURS), ((SENT, DIFFERS),)),
    Plant(
        "its contact was moved into the night",
        later(contacts, SENT, "at", 13 * HOURS),
        ((SENT, "cn.day"), (SENT, DIFFERS)),
    ),
    Plant("it was intended at another hour", later(messages, SENT, "intent_at", HOURS), ((SENT, DIFFERS),)),
    Plant("it had other words", edit(messages, SENT, content_digest="0" * 64), ((SENT, DIFFERS),)),
    Plant("it went to the spouse", edit(messages, SENT, party=Party.SPOUSE), ((SENT, DIFFERS),)),
    Plant("its contact went to a guarantor", of_contact(party=Party.GUARANTOR), ((SENT, DIFFERS),)),
    Plant("its contact went to somebody by name", of_contact(party_id="x"), ((SENT, DIFFERS),)),
    Plant("its address is the spouse's", edit(contact_points, "m-mail", party=Party.SPOUSE), ((SENT, DIFFERS),)),
    Plant("its address is at work", edit(contact_points, "m-mail", place=Place.WORKPLACE), ((SENT, DIFFERS),)),
    Plant("its address is a telephone", edit(contact_points, "m-mail", channel=Channel.FILE), ((SENT, DIFFERS),)),
    Plant("its address is another person's", edit(contact_points, "m-mail", person_id="n"), ((SENT, DIFFERS),)),
    Plant("its contact was at another address", of_contact(address_id="n-mail"), ((SENT, DIFFERS),)),
    Plant("its contact was by letter", of_contact(channel=Channel.LETTER), ((SENT, DIFFERS),)),
    Plant("its contact was a notice of the law", of_contact(purpose=Purpose.LEGAL_NOTICE), ((SENT, DIFFERS),)),
    Plant("its contact gave a notice", of_contact(notice="right_to_cure"), ((SENT, DIFFERS),)),
    Plant("its contact was made by an agency", of_contact(actor=Actor.AGENCY, collector="x"), ((SENT, DIFFERS),)),
    Plant("its contact was made by another bank", of_contact(collector="x"), ((SENT, DIFFERS),)),
    Plant("its contact is of another case", of_contact(case_id="n/1"), ((SENT, DIFFERS),)),
    Plant("its contact is about another debt", of_contact(debts='["n"]'), ((SENT, DIFFERS),)),
    Plant("its contact was made with consent", of_contact(consented="agreed_calls"), ((SENT, DIFFERS),)),
    Plant(
        "its contact is another person's",
        of_contact(person_id="n"),
        ((SENT, DIFFERS), (SENT, DIFFERS), (SENT, NO_RULES)),
    ),
    Plant("it is gone", drop(messages, SENT), ((SENT, NO_PERMIT), (SENT, UNASKED))),
    Plant("it and its contact are gone", both(drop(messages, SENT), drop(contacts, SENT)), ((SENT, UNASKED),)),
    Plant(
        "its contact is gone and it counts as failed",
        both(drop(contacts, SENT), edit(messages, SENT, state=MessageState.FAILED)),
        ((SENT, UNASKED),),
        (("m/1", 6, Tampering.MISSING),),
    ),
    Plant(
        "it became a task to call and its contact is gone",
        both(edit(messages, SENT, channel=Channel.CALL), drop(contacts, SENT)),
        ((SENT, UNASKED),),
    ),
    Plant(
        "it became a call by permit",
        both(drop(messages, SENT), of_contact(permit_id="ghost")),
        ((SENT, NO_PERMIT), (SENT, UNASKED)),
    ),
)

OF_PERMITS = (
    Plant("it is gone", drop(permits, CALLED), ((CALLED, NO_PERMIT),), (("m/1", 4, Tampering.ALONE),)),
    Plant("it is another contact's", edit(contacts, CALLED, permit_id="n/1/permit/r-1"), ((CALLED, NO_PERMIT),)),
    Plant("the contact names none", edit(contacts, CALLED, permit_id=None), ((CALLED, NO_PERMIT),)),
    Plant(
        "a second contact was made under it",
        copied(CALLED, "again"),
        (("again", NO_PERMIT),),
        (("m/1", 6, Tampering.MISSING),),
    ),
    Plant("it was valid for longer", later(permits, CALLED, "expires_at", HOURS), ((CALLED, DIFFERS),)),
    Plant("it was valid before", later(permits, CALLED, "valid_from", -HOURS), ((CALLED, DIFFERS),)),
    Plant("it was given before", later(permits, CALLED, "issued_at", -HOURS), ((CALLED, DIFFERS),)),
    Plant("its contact was made later", later(contacts, CALLED, "at", HOURS), ((CALLED, DIFFERS),)),
    Plant("its contact came to nothing", edit(contacts, CALLED, outcome=Outcome.BUSY), ((CALLED, DIFFERS),)),
    Plant("its contact counts as not made", edit(contacts, CALLED, cancelled_at=BEFORE), ((CALLED, DIFFERS),)),
    Plant("its contact is the customer's", edit(contacts, CALLED, direction=Direction.IN), ((CALLED, DIFFERS),)),
    Plant("its contact is of no case", edit(contacts, CALLED, case_id=None), ((CALLED, DIFFERS),)),
    Plant("its contact is about all debts", edit(contacts, CALLED, debts="[]"), ((CALLED, DIFFERS),)),
    Plant("its contact was at work", edit(contacts, CALLED, place=Place.WORKPLACE), TOLD_TWICE),
    Plant("its contact served the law", edit(contacts, CALLED, purpose=Purpose.LEGAL_NOTICE), TOLD_TWICE),
    Plant("its contact gave a notice", edit(contacts, CALLED, notice="right_to_cure"), TOLD_TWICE),
    Plant("its contact had consent", edit(contacts, CALLED, consented="agreed_calls"), ((CALLED, DIFFERS),)),
    Plant(
        "it was given anew for longer",
        both(later(permits, CALLED, "expires_at", HOURS), given_anew),
        ((CALLED, DIFFERS),),
    ),
    Plant(
        "its contact reached a guarantor",
        edit(contacts, CALLED, party=Party.GUARANTOR),
        ((CALLED, DIFFERS), (CALLED, NO_PERMIT)),
    ),
    Plant(
        "it was taken back, and nothing says when",
        edit(permits, CALLED, state=PermitState.CANCELLED),
        ((CALLED, "gate.permit_cancelled"),),
    ),
    Plant(
        "its contact is gone",
        drop(contacts, CALLED),
        (),
        (("m/1", 4, Tampering.ALONE), ("m/1", 5, Tampering.ALONE)),
    ),
)

OF_ROWS = (
    Plant("the last row is gone", lambda conn: rows_gone(conn, 5), (), (("m/1", 5, Tampering.MISSING),)),
    Plant("all but the first are gone", lambda conn: rows_gone(conn, 2), (), (("m/1", 2, Tampering.MISSING),)),
    Plant("all are gone", lambda conn: rows_gone(conn, 1), (), (("m/1", 1, Tampering.MISSING),)),
    Plant("one of no kind came last", forged("forged"), (), (("m/1", 6, Tampering.INSERTED),)),
    Plant("one of a step came last", forged("step", '{"step_no":2}'), (), (("m/1", 6, Tampering.ALONE),)),
    Plant("one of the same step came last", forged("step", '{"step_no":1}'), (), (("m/1", 6, Tampering.ALONE),)),
    Plant("one of a message came last", forged("notice_sent", '{"key":"x"}'), (("x", UNASKED),)),
    Plant("one of a refusal came last", forged("notice_refused", '{"key":"x"}'), (), (("m/1", 6, Tampering.ALONE),)),
    Plant("one of a permit came last", forged("permit_given", '{"permit":"x"}'), (), (("m/1", 6, Tampering.ALONE),)),
    Plant("one of a report came last", forged("contact_reported", '{"contact":7}'), (), (("m/1", 6, Tampering.ALONE),)),
    Plant("one came before the first", numbered(0), (), (("m/1", 0, Tampering.INSERTED),)),
    Plant(
        "one got a number that is far away",
        numbered(10**9),
        (),
        tuple(("m/1", number, Tampering.DELETED) for number in range(6, 107)),
    ),
    Plant(
        "one is nested without end", forged("step", '{"step_no":' + "[" * 200_000), (), (("m/1", 6, Tampering.ALONE),)
    ),
    Plant(
        "one tells of what no screen shows",
        forged("permit_given", '{"permit":"\\ud800"}'),
        (),
        (("m/1", 6, Tampering.ALONE),),
    ),
    Plant(
        "the case took a thousand million steps",
        edit(cases, "m/1", step_no=10**9),
        (),
        (("m/1", 6, Tampering.MISSING),),
    ),
    Plant("they are of no case", forged("step", case_id="ghost/1"), (), (("ghost/1", 1, Tampering.ALONE),)),
    Plant(
        "the case is gone",
        drop(cases, "m/1"),
        ((SENT, NO_RULES), (CALLED, NO_RULES), (SENT, DIFFERS), (CALLED, DIFFERS)),
        (("m/1", 1, Tampering.ALONE),),
    ),
    Plant("the case was closed", closed("m/1"), (), (("m/1", 1, Tampering.ALONE),)),
    Plant("the case took none", edit(cases, "m/1", step_no=0), (), (("m/1", 1, Tampering.ALONE),)),
    Plant("the case went on", edit(cases, "m/1", as_of=BEFORE + HOURS), (), (("m/1", 6, Tampering.MISSING),)),
    Plant("the case took steps", edit(cases, "m/1", step_no=2), (), (("m/1", 6, Tampering.MISSING),)),
)
