"""Household statements from files, and the ability reports that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

import domain.model.ability as ability_module
from domain.affordability import assess_ability
from domain.calendar import local_day
from domain.model.ability import AbilityReport, HouseholdStatement
from domain.model.errors import InputError
from domain.model.money import Money
from ledger import ability_reports, accounts, entries, people
from ledger.ability_reports import Assessed
from policies.faults import build, words_of
from policies.packaged import user_text
from policies.source import Data, parse

_WORDS = words_of(ability_module)
_AMOUNTS = ("amount", "balance", "offers_monthly")


@dataclass(frozen=True)
class Taken:
    """Who took a statement, under which id, and when."""

    report_id: str
    by: str
    at: datetime


def read_statement(file: Path) -> HouseholdStatement:
    """The statement of a YAML or JSON file; raises InputError with every fault at its line and column."""
    source = parse(user_text(file, "statement"), str(file))
    currency = source.data.get("currency") if isinstance(source.data, dict) else None
    data = _with_currency(source.data, currency if isinstance(currency, str) else "")
    return build(lambda: HouseholdStatement.model_validate(data), source, _WORDS)


@dataclass(frozen=True)
class Assessment:
    """A report, whether it is new, and what it says nothing about."""

    report: AbilityReport
    new: bool
    left_out: tuple[str, ...]
    """Accounts of the person in another currency than the statement."""


def assess(conn: Connection, account_id: str, statement: HouseholdStatement, taken: Taken) -> Assessment:
    """Assess the person of the account with all that they owe here in the statement's currency; store the report.

    Raises InputError when the account itself is in another currency.
    """
    person_id, account = accounts.person_of(conn, account_id), accounts.get_account(conn, account_id)
    accounts.lock_person(conn, person_id)
    if account.currency != statement.currency:
        raise InputError(f"account {account_id} is in {account.currency}, the statement in {statement.currency}")
    owed = _balances(conn, person_id, taken.at)
    balances = {name: balance for name, balance in owed.items() if balance.currency == statement.currency}
    today = local_day(taken.at, account.zone)
    ability = assess_ability(statement, balances)
    new = Assessed(taken.report_id, person_id, today, statement, ability, taken.at, taken.by)
    return Assessment(*ability_reports.add(conn, new), tuple(sorted(owed.keys() - balances.keys())))


def _balances(conn: Connection, person_id: str, at: datetime) -> dict[str, Money]:
    """What the person owes on each account, on that account's own day."""
    found = {}
    for account_id in people.accounts_of(conn, person_id):
        day = local_day(at, accounts.get_account(conn, account_id).zone)
        found[account_id] = entries.balance(conn, account_id, day, at)
    return found


def _with_currency(data: Data, currency: str, key: str = "") -> object:
    """Amounts stand in the file as digits: all are in the statement's currency."""
    if isinstance(data, dict):
        return {name: _with_currency(value, currency, name) for name, value in data.items()}
    if isinstance(data, list):
        return [_with_currency(value, currency, key) for value in data]
    if key in _AMOUNTS and isinstance(data, (str, int)):
        return {"amount": str(data), "currency": currency}
    return data
