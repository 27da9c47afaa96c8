"""The last look before a message leaves: is what it says still so, and may it be said now?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from domain import stopping
from domain.calendar import local_day
from domain.case.holds import Holds
from domain.case.promise import is_fulfilled
from domain.case.timing import spread
from domain.compliance import gate
from domain.compliance.clocks import check_by_every_clock
from domain.compliance.optouts import has_opted_out
from domain.compliance.spared import spared_by
from domain.compliance.speakers import addressee
from domain.compliance.zones import evident
from domain.delinquency import assess
from domain.model.blocker import Blocker
from domain.model.commands import SendNotice
from domain.model.contact import CLOCKS_APART, ContactAsk, Purpose, Record, Verdict
from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.promise import Promise, Promised
from domain.model.repayment import Planned
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from domain.model.thanks import THANK_YOU, Thanked
from domain.plans.standing import course_of
from ledger import (
    accounts,
    cases,
    confirmations,
    disputes,
    entries,
    holds,
    obligations,
    plans,
    policies,
    promises,
    stops,
    watermarks,
)
from ledger.accounts import ContactPoint
from ledger.cases import CaseRow
from ledger.messages import MessageRow
from ledger.record import record_with


@dataclass(frozen=True)
class Clear:
    """Nothing stands against the message."""

    contact: ContactPoint
    on: date
    """Local day of the look."""
    ask: ContactAsk
    """The question that the gate allowed."""
    rules: Rules
    balance: Money
    """All that is owed on the account."""
    conditions: tuple[str, ...] = ()
    """What the message must keep to: ids of rules."""


@dataclass(frozen=True)
class Stop:
    """What keeps the message from leaving."""

    blocker: Blocker
    on: date
    retry_at: datetime | None = None
    refused_by: tuple[str, ...] = ()
    """The rules of the gate, or the stops, that refuse."""


TAKEN_BACK = "opt_out.taken_back"
"""Stands for a rule where an opt-out is not to be confirmed any more: the customer took it back."""

OPTED_OUT = "opt_out.standing"
"""Stands for a rule where the customer wants no messages: who opted out of any is not thanked on another way."""


_NO_HOLDS = Holds((), ())


@dataclass(frozen=True)
class _Look:
    """What is read once and asked several questions."""

    account: Account
    case: CaseRow
    strategy: Strategy
    rules: Rules
    holds: Holds
    balance: Money
    at: datetime
    on: date


def check(
    conn: Connection, command: SendNotice, person_id: str, at: datetime, row: MessageRow | None = None
) -> Clear | Stop:
    """Stops and freshness, then facts, then the address, then the gate; the first that stands against it is told.

    ``row`` is the message of an earlier attempt: what is tried again goes to the address of its intent, as its rows
    say, and to no other.
    """
    look = _look(conn, command, at)
    stop = _stopped(conn, command, look) or _fact_against(conn, command, person_id, look)
    if stop is not None:
        return stop
    points = accounts.contact_points(conn, person_id, look.on)
    zones = partial(evident, look.rules.packs)
    record = record_with(conn, person_id, look.account, points, at + CLOCKS_APART, zones, besides=command.key)
    if command.thanked is not None:
        if against := _against_thanks(command, record, look):
            return Stop(Blocker.BARRED, look.on, refused_by=against)
        # It tells of a debt that was, and others are not asked for a call to hear of it.
        points = tuple(point for point in points if point.verified and not point.shared)
    named = command.address if row is None else row.contact_point_id
    contact = _addressed(command, points, record, look) if named is None else _named(named, command, points)
    if contact is None:
        return Stop(Blocker.NO_CONTACT_POINT, look.on)
    ask, verdict = check_by_every_clock(_ask(command, contact, at), record, look.rules.packs)
    if not verdict.allowed:
        return _refused(command, ask, verdict, record, look)
    return Clear(contact, look.on, ask, look.rules, look.balance, verdict.conditions)


def _against_thanks(command: SendNotice, record: Record, look: _Look) -> tuple[str, ...]:
    if has_opted_out(record, look.at + CLOCKS_APART):
        return (OPTED_OUT,)
    return spared_by(command.account_id, record, look.rules.packs, look.at)


def asks_for_too_much(conn: Connection, command: SendNotice, at: datetime) -> bool:
    """Whether money came in since the decision, so that what the message says is no longer so."""
    if command.purpose is Purpose.CONFIRM_OPT_OUT or command.step == THANK_YOU:
        return False
    return _asks_for_too_much(conn, command, _look(conn, command, at))


def _look(conn: Connection, command: SendNotice, at: datetime) -> _Look:
    account = accounts.get_account(conn, command.account_id)
    case = cases.get(conn, command.case_id)
    if case is None:
        raise InputError(f"no case {command.case_id} in the ledger")
    on = local_day(at, account.zone)
    strategy, rules = policies.pinned(conn, case.strategy, case.rules)
    lying = Holds(holds.in_force(conn, command.case_id, on), pauses_over=())
    balance = entries.balance(conn, command.account_id, on, at)
    return _Look(account, case, strategy, rules, lying, balance, at, on)


def _stopped(conn: Connection, command: SendNotice, look: _Look) -> Stop | None:
    ask = ContactAsk(channel=command.channel, at=look.at, purpose=command.purpose)
    fresh_until = watermarks.fresh_until(conn)
    known = stops.known(conn, look.at + CLOCKS_APART)
    stopped = stopping.against(ask, known, fresh_until, look.strategy, look.rules)
    return None if stopped is None else Stop(stopped.blocker, look.on, refused_by=stopped.ids)


def _named(name: str, command: SendNotice, points: Sequence[ContactPoint]) -> ContactPoint | None:
    return next((at for at in points if (at.contact_point_id, at.channel) == (name, command.channel)), None)


def _addressed(command: SendNotice, points: Sequence[ContactPoint], record: Record, look: _Look) -> ContactPoint | None:
    """That of the customer, or of who is contacted instead of them, which became usable last."""
    ask = ContactAsk(channel=command.channel, at=look.at, debts=(command.account_id,), purpose=command.purpose)
    return addressee(ask, record, look.rules.packs, points).point_on(command.channel, points)


def _ask(command: SendNotice, contact: ContactPoint, at: datetime) -> ContactAsk:
    return ContactAsk(
        channel=command.channel,
        at=at,
        debts=(command.account_id,),
        party=contact.party,
        party_id=contact.party_id,
        address=contact.contact_point_id,
        place=contact.place,
        purpose=command.purpose,
        notice=command.legal_notice,
    )


def _refused(command: SendNotice, ask: ContactAsk, verdict: Verdict, record: Record, look: _Look) -> Stop:
    if verdict.next_at is None:
        return Stop(Blocker.BARRED, look.on, refused_by=verdict.refused_by)
    retry_at = spread(
        command.key,
        verdict.next_at,
        look.strategy.spread_minutes,
        lambda at: gate.check(replace(ask, at=at), record, look.rules.packs).allowed,
    )
    return Stop(Blocker.CONTACT_WINDOW, look.on, retry_at, verdict.refused_by)


def _fact_against(conn: Connection, command: SendNotice, person_id: str, look: _Look) -> Stop | None:
    """What a confirmation says is so whatever becomes of the debt and the case, while the opt-out holds."""
    if command.purpose is Purpose.CONFIRM_OPT_OUT:
        held = confirmations.holds(conn, command.key, person_id, look.at + CLOCKS_APART)
        return None if held else Stop(Blocker.BARRED, look.on, refused_by=(TAKEN_BACK,))
    blocker = _of_the_case(conn, command, look)
    return None if blocker is None else Stop(blocker, look.on)


def _of_the_case(conn: Connection, command: SendNotice, look: _Look) -> Blocker | None:
    if command.thanked is not None:
        return _of_the_end(conn, command.thanked, look)
    if look.case.closed_at is not None:
        return Blocker.CLOSED
    if look.holds.stopping(look.on):
        return Blocker.HELD
    if command.planned is not None:
        return _of_the_plan(conn, command.planned, look)
    if command.reported is not None and disputes.standing(conn, look.case.case_id).going_on:
        return Blocker.HELD  # nobody is told that what is contested will be reported
    if _is_silenced(command, _running(conn, look)):
        return Blocker.PROMISED
    if not _asks_for_too_much(conn, command, look):
        return None
    # What was left out since the decision, as it is disputed for one, is owed as before: no money came in.
    owed_still = not _asks_for_too_much(conn, command, replace(look, holds=_NO_HOLDS))
    return Blocker.HELD if owed_still else Blocker.PAID


def _of_the_end(conn: Connection, thanked: Thanked, look: _Look) -> Blocker | None:
    """Thanks are said so while the case is closed as they say, and no more is past due than when it closed."""
    if look.holds.stopping(look.on):
        return Blocker.HELD
    if look.case.outcome is None or look.case.outcome.value != thanked.reached.value:
        return Blocker.PAST_DUE
    unmet = obligations.unmet(conn, look.account.account_id, look.on, look.at)
    arrears = assess(unmet, look.balance, look.on, look.rules)
    again = arrears is not None and arrears.past_due.minor > (look.case.past_due_minor or 0)
    return Blocker.PAST_DUE if again else None


def _is_silenced(command: SendNotice, running: Promise | None) -> bool:
    """While a promise runs, nothing leaves but its own reminder; a reminder of another one says what is over."""
    reminds_of = None if command.promised is None else command.promised.id
    return reminds_of != (None if running is None else running.id)


def _of_the_plan(conn: Connection, planned: Planned, look: _Look) -> Blocker | None:
    """What a message of a plan says is so while the plan runs and no more than it says is open of the instalment."""
    case_id = look.case.case_id
    plan = plans.standing(conn, case_id, look.case.step_no).plan
    if plan is None or not plan.runs or plan.key(case_id) != planned.plan:
        return Blocker.PLAN_OVER
    known = plans.known(conn, case_id, look.account.account_id, plan, look.on, look.at)
    lines = course_of(known.instalments, known.payments, known.minimums).on(look.on).lines
    still_open = any(line.due_on == planned.due_on and line.unpaid >= planned.amount for line in lines)
    return None if still_open else Blocker.PAID


def _asks_for_too_much(conn: Connection, command: SendNotice, look: _Look) -> bool:
    """A part payment counts: the amount or the date in the text would be wrong. A reminder of a promise says others."""
    if command.planned is not None:
        return _of_the_plan(conn, command.planned, look) is Blocker.PAID
    unmet = obligations.unmet(conn, command.account_id, look.on, look.at)
    arrears = assess(look.holds.treated(unmet, look.on), look.balance, look.on, look.rules)
    if command.promised is not None:
        return arrears is None or _is_paid(conn, command.promised, look)
    return arrears is None or arrears.past_due < command.past_due or arrears.oldest_due_on > command.oldest_due_on


def _running(conn: Connection, look: _Look) -> Promise | None:
    """The promise that runs; a strategy that takes none has none."""
    if look.strategy.promises is None:
        return None
    return promises.standing(conn, look.case.case_id, look.case.step_no).active


def _is_paid(conn: Connection, promised: Promised, look: _Look) -> bool:
    """Whether the promise is fulfilled by now, or runs no more."""
    running = _running(conn, look)
    if running is None or running.id != promised.id:
        return True
    paid = promises.paid(conn, look.account.account_id, (running,), look.on, look.at)[0].paid
    return is_fulfilled(running, paid, look.strategy.promises)
