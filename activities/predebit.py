"""The last look before money is taken: is it still due, and may it be taken from this customer now?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from domain import stopping
from domain.calendar import local_day
from domain.case.holds import Holds
from domain.compliance.spared import spared_by
from domain.compliance.zones import evident
from domain.model.contact import CLOCKS_APART
from domain.model.debits import Debit, NotDebited
from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.repayment import PlanStatus
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from domain.plans.standing import course_of
from ledger import (
    accounts,
    cases,
    debits,
    disputes,
    entries,
    holds,
    mandates,
    plans,
    policies,
    stops,
    watermarks,
)
from ledger.cases import CaseRow
from ledger.record import record_of


@dataclass(frozen=True)
class Stop:
    """What keeps the debit from being asked for."""

    why: NotDebited
    refused_by: tuple[str, ...] = ()
    """The stops, or the rules of the gate, that refuse."""


@dataclass(frozen=True)
class Clear:
    """Nothing stands against it."""

    token: str
    """By which the provider knows the mandate."""


@dataclass(frozen=True)
class _Look:
    """What is read once and asked several questions."""

    conn: Connection
    command: Debit
    person_id: str
    at: datetime
    account: Account
    case: CaseRow
    strategy: Strategy
    rules: Rules

    @property
    def on(self) -> date:
        return local_day(self.at, self.account.zone)


def look(conn: Connection, command: Debit, person_id: str, at: datetime) -> Clear | Stop:
    """The case, stops and freshness, then holds, then the money, then the mandate; the first against it is told."""
    case = cases.get(conn, command.case_id)
    if case is None:
        raise InputError(f"no case {command.case_id} in the ledger")
    strategy, rules = policies.pinned(conn, case.strategy, case.rules)
    account = accounts.get_account(conn, command.account_id)
    found = _Look(conn, command, person_id, at, account, case, strategy, rules)
    checks = (_day, _stopped, _held, _due, _once)
    stop = next((stop for check in checks for stop in check(found)), None)
    return stop or _by_mandate(found)


def _day(look: _Look) -> Iterator[Stop]:
    if look.case.closed_at is not None:
        yield Stop(NotDebited.CLOSED)
    if look.on != look.command.on or look.on < look.command.due_on:
        yield Stop(NotDebited.NOT_THE_DAY)


def _stopped(look: _Look) -> Iterator[Stop]:
    lying = stopping.of_debits(stops.known(look.conn, look.at + CLOCKS_APART), look.strategy, look.rules)
    if lying:
        yield Stop(NotDebited.STOPPED, lying)
    if stopping.is_stale(watermarks.fresh_until(look.conn), look.strategy, look.at):
        yield Stop(NotDebited.STALE)


def _held(look: _Look) -> Iterator[Stop]:
    lying = Holds(holds.in_force(look.conn, look.case.case_id, look.on), pauses_over=())
    if lying.stopping(look.on):
        yield Stop(NotDebited.HELD)
    if disputes.standing(look.conn, look.case.case_id).going_on:
        yield Stop(NotDebited.DISPUTED)
    account_id, zones = look.account.account_id, partial(evident, look.rules.packs)
    record = record_of(look.conn, look.person_id, account_id, look.at + CLOCKS_APART, zones)
    if barred := spared_by(account_id, record, look.rules.packs, look.at):
        yield Stop(NotDebited.BARRED, barred)


def _due(look: _Look) -> Iterator[Stop]:
    """The plan is in force as it was decided, and at least as much is open of the instalment, and owed in all."""
    conn, command, case_id = look.conn, look.command, look.case.case_id
    plan = plans.standing(conn, case_id, look.case.step_no).plan
    if plan is None or (plan.key(case_id), plan.version) != (command.plan, command.version):
        yield Stop(NotDebited.PLAN_OVER)
        return
    if plan.status is not PlanStatus.PERFORMING:
        yield Stop(NotDebited.PLAN_OVER)
    known = plans.known(conn, case_id, look.account.account_id, plan, look.on, look.at)
    lines = course_of(known.instalments, known.payments, known.minimums).on(look.on).instalments
    still_open = any(line.due_on == command.due_on and line.unpaid >= command.amount for line in lines)
    if not still_open or entries.balance(conn, command.account_id, look.on, look.at) < command.amount:
        yield Stop(NotDebited.PAID)


def _once(look: _Look) -> Iterator[Stop]:
    if debits.others_on(look.conn, look.command.account_id, look.on, look.command.key):
        yield Stop(NotDebited.ANOTHER_DEBIT)


def _by_mandate(look: _Look) -> Clear | Stop:
    mandate, command = mandates.get(look.conn, look.command.mandate), look.command
    if mandate is None or mandate.account_id != command.account_id or mandate.ended_at is not None:
        return Stop(NotDebited.NO_MANDATE)
    known = mandate.known
    allowed = known.runs_on(look.on) and known.allows(command.amount)
    return Clear(mandate.token) if allowed else Stop(NotDebited.NO_MANDATE)
