"""Ability reports: each statement is a version of its own, and none is ever changed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError

from domain.affordability import assess_ability
from domain.model.ability import HouseholdStatement
from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.money import Money
from ledger import ability_reports, accounts
from ledger.ability_reports import Assessed
from tests.ledger.conftest import instant

AT = instant("2005-06-23T01:00:00")


def assessed(report_id: str = "r-1", wages: int = 6000, person_id: str = "p1") -> Assessed:
    def cny(amount: int) -> Money:
        return Money(amount=Decimal(amount), currency="CNY")

    statement = HouseholdStatement.model_validate(
        {
            "currency": "CNY",
            "income": [{"kind": "wages", "amount": cny(wages), "evidence": "PAY-1"}],
            "essentials": [{"kind": "housing", "amount": cny(2500)}],
            "offers_monthly": cny(300),
        }
    )
    ability = assess_ability(statement, {"a1": cny(9000)})
    return Assessed(report_id, person_id, date(2005, 6, 23), statement, ability, AT, "agent-7")


def test_each_statement_is_the_next_version_of_its_person(book) -> None:
    accounts.add_account(book.conn, Account(account_id="b1", currency="CNY", zone="Asia/Taipei"), "p2")
    assert ability_reports.last_of(book.conn, "p1") is None
    for number, (report_id, person_id, version) in enumerate([("r-1", "p1", 1), ("r-2", "p2", 1), ("r-3", "p1", 2)]):
        report, new = ability_reports.add(book.conn, assessed(report_id, 6000 + number, person_id))
        assert (report.version, new) == (version, True)
    last = ability_reports.last_of(book.conn, "p1")
    assert last is not None
    assert (last.report_id, last.statement, last.ability) == (
        "r-3",
        assessed(wages=6002).statement,
        assessed(wages=6002).ability,
    )
    assert ability_reports.get(book.conn, "r-1").ability == assessed().ability


def test_the_same_report_again_is_the_same_and_another_one_under_its_id_is_refused(book) -> None:
    first, _ = ability_reports.add(book.conn, assessed())
    again = replace(assessed(), recorded_at=AT + timedelta(hours=1))
    assert ability_reports.add(book.conn, again) == (first, False)
    for other in (assessed(wages=7), assessed(person_id="p2")):
        with pytest.raises(InputError, match="ability report r-1 is in the ledger with other content"):
            ability_reports.add(book.conn, other)


def test_a_report_cannot_be_changed(book) -> None:
    ability_reports.add(book.conn, assessed())
    with pytest.raises(DBAPIError, match="append-only"), book.conn.begin_nested():
        book.conn.exec_driver_sql("UPDATE ability_reports SET ability = '{}'")
