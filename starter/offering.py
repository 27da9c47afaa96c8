"""Offers for an account, from what the ledger has of it now."""

from __future__ import annotations

from dataclasses import dataclass
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
from ledger import ability_reports, accounts, cases, causes, entries, obligations, policies
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


def _facts(
    conn: Connection, account_id: str, chosen: Policies, now: datetime
) -> tuple[Customer, OfferBook, str | None, str]:
    """What offers rest on: the customer, the book, the ability report and the strategy by their names."""
    strategy, rules = _policies(conn, account_id, chosen)
    if strategy.offers is None:
        raise InputError(
            f"the strategy {strategy.name} v{strategy.version} has no offer book: give it the section offers"
        )
    account = accounts.get_account(conn, account_id)
    today = local_day(now, account.zone)
    owed = entries.component_balances(conn, account_id, today, now)
    balance = Money.total(owed.values(), account.currency)
    if balance.amount <= 0:
        raise InputError(f"account {account_id} owes nothing: there is nothing to offer")
    arrears = assess(obligations.unmet(conn, account_id, today, now), balance, today, rules)
    report = ability_reports.last_of(conn, accounts.person_of(conn, account_id))
    shares = () if report is None else report.ability.shares
    affordable = next((share.monthly for share in shares if share.account_id == account_id), None)
    in_hardship = _in_hardship(conn, account_id, strategy)
    customer = Customer.of(today, owed, arrears, affordable, rules, in_hardship=in_hardship)
    told = f"{strategy.name} v{strategy.version}"
    return customer, strategy.offers, None if report is None else report.report_id, told


def _policies(conn: Connection, account_id: str, chosen: Policies) -> tuple[Strategy, Rules]:
    case = cases.open_row(conn, account_id)
    return (chosen.strategy, chosen.rules) if case is None else policies.pinned(conn, case.strategy, case.rules)


def _in_hardship(conn: Connection, account_id: str, strategy: Strategy) -> bool:
    """Whether the cause told last is one that the strategy pauses for."""
    case = cases.open_row(conn, account_id)
    told = None if case is None else causes.last_of(conn, case.case_id)
    path = None if told is None or strategy.causes is None else strategy.causes.get(told.cause)
    return path is not None and path.pause is not None
