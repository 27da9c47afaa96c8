"""Offers for an account, from what the ledger has of it now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.delinquency import assess
from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.offers import Considered, Level, NoOffer, Offer, OfferBook, Proposal
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from domain.offers.customer import Customer
from domain.offers.negotiating import consider
from domain.offers.proposing import propose
from domain.offers.shares import affordable_on
from ledger import ability_reports, accounts, cases, causes, entries, obligations, policies, running_plans
from ledger.cases import CaseRow
from policies import Policies


@dataclass(frozen=True)
class Offering:
    """What an account is offered, and what that rests on."""

    customer: Customer
    offers: tuple[Offer, ...] | NoOffer
    report: str | None
    """Id of the ability report."""
    strategy: str


def offers_for(conn: Connection, account_id: str, chosen: Policies, now: datetime) -> Offering:
    """The offers by the policies of the account's open case, else by the chosen ones.

    Raises InputError for an unknown account, one that owes nothing, and a strategy without an offer book.
    """
    customer, book, report, strategy = _facts(conn, account_id, chosen, now)
    return Offering(customer, propose(customer, book), report, strategy)


def considered(
    conn: Connection,
    account_id: str,
    chosen: Policies,
    now: datetime,
    proposal: Proposal,
    listens: Level,
    rounds: int,
) -> Considered:
    """What the bank answers to a proposal for this account; raises InputError as ``offers_for`` does."""
    customer, book, _, _ = _facts(conn, account_id, chosen, now)
    return consider(proposal, customer, book, listens, rounds)


@dataclass(frozen=True)
class Owing:
    """An account as offers look at it; what can be paid on it is not known here."""

    case: CaseRow | None
    """Its open case."""
    customer: Customer
    strategy: Strategy
    rules: Rules


def owing(conn: Connection, account_id: str, chosen: Policies, at: datetime) -> Owing:
    """What is owed on the account at the instant, by the policies of its open case, else by the chosen ones.

    Raises InputError for an unknown account.
    """
    case = cases.open_row(conn, account_id)
    strategy, rules = (
        (chosen.strategy, chosen.rules) if case is None else policies.pinned(conn, case.strategy, case.rules)
    )
    account = accounts.get_account(conn, account_id)
    today = local_day(at, account.zone)
    owed = entries.component_balances(conn, account_id, today, at)
    balance = Money.total(owed.values(), account.currency)
    arrears = assess(obligations.unmet(conn, account_id, today, at), balance, today, rules)
    in_hardship = _in_hardship(conn, case, strategy)
    return Owing(case, Customer.of(today, owed, arrears, None, rules, in_hardship=in_hardship), strategy, rules)


def _facts(
    conn: Connection, account_id: str, chosen: Policies, now: datetime
) -> tuple[Customer, OfferBook, str | None, str]:
    """What offers rest on: the customer, the book, the ability report and the strategy by their names."""
    found = owing(conn, account_id, chosen, now)
    told = f"{found.strategy.name} v{found.strategy.version}"
    if found.strategy.offers is None:
        raise InputError(f"the strategy {told} has no offer book: give it the section offers")
    if found.customer.balance.amount <= 0:
        raise InputError(f"account {account_id} owes nothing: there is nothing to offer")
    person_id = accounts.person_of(conn, account_id)
    report = ability_reports.last_of(conn, person_id)
    if report is None:
        return found.customer, found.strategy.offers, None, told
    can_pay = affordable_on(account_id, report.ability.shares, running_plans.of_person(conn, person_id))
    return replace(found.customer, affordable=can_pay), found.strategy.offers, report.report_id, told


def _in_hardship(conn: Connection, case: CaseRow | None, strategy: Strategy) -> bool:
    """Whether the cause told last is one that the strategy pauses for."""
    told = None if case is None else causes.last_of(conn, case.case_id)
    path = None if told is None or strategy.causes is None else strategy.causes.get(told.cause)
    return path is not None and path.pause is not None
