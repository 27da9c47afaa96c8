"""Contacts that no case or permit stands behind, and those that their permit does not cover."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from domain.model.contact import Direction, Outcome
from domain.model.facts import Account
from domain.model.permits import PermitState
from ledger import accounts, audit, permits
from ledger.contact_tables import contacts
from ledger.contact_tables import permits as permit_rows
from tests.starter.portfolio import BEFORE, CALL, TAIPEI, Portfolio, found, own_rules, unguarded


def test_a_contact_of_no_case_is_judged_by_the_case_of_its_debts(book: Portfolio) -> None:
    book.person("desk")
    contact_id = book.reach("desk", "2026-03-03T23:00", case_id=None, permitted=True, **CALL)
    assert found(book.audit()) == [(contact_id, "cn.day")]


def test_a_contact_about_no_debt_is_about_all_of_them(book: Portfolio) -> None:
    with book.ledger.write() as conn:
        accounts.add_account(conn, Account(account_id="a-first", currency="TWD", zone=TAIPEI), "desk")
    book.person("desk")
    contact_id = book.reach("desk", "2026-03-03T23:00", case_id=None, permitted=True, debts=(), **CALL)
    assert found(book.audit()) == [(contact_id, "cn.day")]


def test_a_contact_before_every_case_has_no_rules(book: Portfolio) -> None:
    book.person("early")
    contact_id = book.reach("early", "2026-01-10T10:00", case_id=None, permitted=True)
    assert found(book.audit()) == [(contact_id, "gate.no_rules")]


def test_a_contact_of_no_case_is_judged_by_the_case_that_was_opened_last_before_it(book: Portfolio) -> None:
    noon = own_rules("xx.noon", windows=[{"id": "window", "open": "12:00", "close": "22:00", "source": "law"}])
    book.person("desk", noon)
    with book.ledger.write() as conn:
        for account_id in ("desk-2", "desk-3"):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone=TAIPEI), "desk")
    book.case("desk-2", "cn", BEFORE + timedelta(days=10))
    book.case("desk-3", noon, datetime(2026, 3, 10, tzinfo=UTC))
    nobody = {"case_id": None, "permitted": True, "debts": ()}
    first = book.reach("desk", "2026-02-03T10:00", **nobody)
    book.reach("desk", "2026-03-03T10:00", **nobody)
    third = book.reach("desk", "2026-03-12T10:00", **nobody)
    assert found(book.audit()) == [(first, "xx.test.window"), (third, "xx.test.window")]


@pytest.mark.parametrize("breach", [None, "no_permit"], ids=["nobody-noticed", "noticed-when-reported"])
def test_a_contact_of_no_case_needs_a_permit_and_is_told_once(book: Portfolio, breach: str | None) -> None:
    book.person("desk")
    contact_id = book.reach("desk", case_id=None, breach=breach)
    assert found(book.audit()) == [(contact_id, "gate.no_permit")]


@pytest.mark.parametrize(
    ("made", "needs_one"),
    [
        ({**CALL, "permitted": False}, True),
        ({**CALL, "permitted": False, "direction": Direction.IN}, False),
        (CALL, False),
        ({"permitted": False}, True),
        ({}, False),
    ],
    ids=["call", "call of the customer", "permitted call", "letter by hand", "own message"],
)
def test_a_contact_that_an_agent_of_the_bank_made_needs_a_permit_and_a_message_of_ours_does_not(
    book: Portfolio, made: dict[str, object], needs_one: bool
) -> None:
    book.person("agent")
    contact_id = book.reach("agent", **made)
    assert found(book.audit()) == ([(contact_id, "gate.no_permit")] if needs_one else [])


def test_what_was_wrong_with_a_report_is_a_breach_though_nothing_else_shows_it(book: Portfolio) -> None:
    book.person("report")
    contact_id = book.reach("report", breach="outside_permit", **CALL)
    assert found(book.audit()) == [(contact_id, "gate.outside_permit")]


@pytest.mark.parametrize(
    ("permit", "rule"),
    [
        ({"opens": 0}, None),
        ({"opens": 1}, "gate.outside_permit"),
        ({"ends": 1}, None),
        ({"ends": 0}, "gate.outside_permit"),
        ({"ends": -10}, "gate.outside_permit"),
        ({"issued": 0}, None),
        ({"issued": 1}, "gate.no_permit"),
        ({"taken_back": 1}, None),
        ({"taken_back": 0}, "gate.permit_cancelled"),
        ({"taken_back": -10}, "gate.permit_cancelled"),
        ({"channel": "visit"}, "gate.no_permit"),
        ({"party": "guarantor"}, "gate.no_permit"),
        ({"party_id": "x"}, "gate.no_permit"),
        ({"actor": "agency"}, "gate.no_permit"),
        ({"collector": "x"}, "gate.no_permit"),
        ({"address_id": "x"}, "gate.no_permit"),
    ],
    ids=str,
)
def test_a_call_is_made_within_a_permit_that_was_given_for_it(
    book: Portfolio, permit: dict[str, object], rule: str | None
) -> None:
    book.person("agent")
    contact_id = book.reach("agent", permit=permit, **CALL)
    audited = book.audit()
    assert found(audited) == ([] if rule is None else [(contact_id, rule)])
    assert audited.tampered == ()


@pytest.mark.parametrize("breach", ["outside_permit", "no_permit"])
def test_a_breach_that_was_flagged_and_that_the_audit_finds_itself_is_told_as_both_say(
    book: Portfolio, breach: str
) -> None:
    book.person("agent")
    contact_id = book.reach("agent", permit={"ends": -10}, breach=breach, **CALL)
    assert found(book.audit()) == sorted({(contact_id, f"gate.{breach}"), (contact_id, "gate.outside_permit")})


# --- how a permit that nobody reported ended


@pytest.mark.parametrize(
    ("how", "tamper"),
    [
        (None, {"contact": {"cancelled_at": BEFORE}}),
        (None, {"contact": {"outcome": Outcome.UNREPORTED}}),
        ("expired", {"contact": {"cancelled_at": BEFORE}}),
        ("expired", {"contact": {"outcome": Outcome.PENDING}}),
        ("expired", {"permit": {"state": PermitState.CANCELLED}}),
        ("expired", {"permit": {"state": PermitState.OPEN}}),
        ("cancelled", {"contact": {"cancelled_at": None}}),
        ("cancelled", {"permit": {"state": PermitState.EXPIRED}}),
    ],
    ids=str,
)
def test_a_permit_and_its_contact_ended_as_the_rows_say(
    book: Portfolio, how: str | None, tamper: dict[str, dict[str, object]]
) -> None:
    book.person("agent")
    contact_id = book.reach("agent", **CALL | {"outcome": Outcome.PENDING})
    if how is not None:
        with book.ledger.write() as conn:
            end = permits.cancel if how == "cancelled" else permits.expire
            end(conn, contact_id, book.at("agent", "2026-03-03T12:00"))
            audit.append(conn, "agent/1", "permit_closed", BEFORE, {"permit": contact_id, "how": how})
    assert book.audit().is_clean
    with unguarded(book.ledger) as conn:
        for table, values in tamper.items():
            conn.execute(update({"contact": contacts, "permit": permit_rows}[table]).values(values))
    audited = book.audit()
    assert (contact_id, "gate.contact_differs") in found(audited)
    assert audited.tampered == ()
