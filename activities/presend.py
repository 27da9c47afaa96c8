"""The last look before a message leaves: is what it says still so, and may it be said now?"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlalchemy import Connection

from activities import stopping
from domain.calendar import local_day
from domain.case.holds import Holds
from domain.compliance import gate
from domain.compliance.zones import evident
from domain.delinquency import assess
from domain.model.commands import SendNotice
from domain.model.contact import ContactAsk, Record, Verdict
from domain.model.errors import InputError
from domain.model.events import Blocker
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from ledger import accounts, cases, entries, holds, obligations, policies
from ledger.accounts import ContactPoint
from ledger.cases import CaseRow
from ledger.record import record_of


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


@dataclass(frozen=True)
class _Look:
    """What is read once and asked several questions."""

    account: Account
    case: CaseRow
    strategy: Strategy
    rules: Rules
    holds: Holds
    at: datetime
    on: date


def check(conn: Connection, command: SendNotice, person_id: str, at: datetime) -> Clear | Stop:
    """Stops and freshness, then facts, then the address, then the gate; the first that stands against it is told."""
    look = _look(conn, command, at)
    stopped = stopping.against(conn, look.strategy, look.rules, command.channel, at)
    if stopped is not None:
        return Stop(stopped.blocker, look.on, refused_by=stopped.ids)
    blocker = _fact_against(conn, command, look)
    if blocker is not None:
        return Stop(blocker, look.on)
    contact = accounts.contact_point(conn, person_id, command.channel, look.on)
    if contact is None:
        return Stop(Blocker.NO_CONTACT_POINT, look.on)
    record = record_of(conn, person_id, command.account_id, at, partial(evident, look.rules.packs), besides=command.key)
    ask = _ask(command, contact, at)
    verdict = gate.check(ask, record, look.rules.packs)
    if not verdict.allowed:
        return _refused(command, ask, verdict, record, look)
    balance = entries.balance(conn, command.account_id, look.on, at)
    return Clear(contact, look.on, ask, look.rules, balance, verdict.conditions)


def asks_for_too_much(conn: Connection, command: SendNotice, at: datetime) -> bool:
    """Whether money came in since the decision, so that what the message says is no longer so."""
    return _asks_for_too_much(conn, command, _look(conn, command, at))


def _look(conn: Connection, command: SendNotice, at: datetime) -> _Look:
    account = accounts.get_account(conn, command.account_id)
    case = cases.get(conn, command.case_id)
    if case is None:
        raise InputError(f"no case {command.case_id} in the ledger")
    on = local_day(at, account.zone)
    strategy, rules = policies.pinned(conn, case.strategy, case.rules)
    lying = Holds(holds.in_force(conn, command.case_id, on), pauses_over=())
    return _Look(account, case, strategy, rules, lying, at, on)


def _ask(command: SendNotice, contact: ContactPoint, at: datetime) -> ContactAsk:
    return ContactAsk(
        channel=command.channel,
        at=at,
        debts=(command.account_id,),
        party=contact.party,
        party_id=contact.party_id,
        address=contact.contact_point_id,
        place=contact.place,
        notice=command.notice,
    )


def _refused(command: SendNotice, ask: ContactAsk, verdict: Verdict, record: Record, look: _Look) -> Stop:
    if verdict.next_at is None:
        return Stop(Blocker.BARRED, look.on, refused_by=verdict.refused_by)
    retry_at = _spread(command.key, verdict.next_at, ask, record, look)
    return Stop(Blocker.CONTACT_WINDOW, look.on, retry_at, verdict.refused_by)


def _spread(key: str, opens_at: datetime, ask: ContactAsk, record: Record, look: _Look) -> datetime:
    """The message's own instant within the strategy's spread, so that a million cases do not all leave at the opening.

    The same at every attempt; the opening itself when the gate does not allow the later instant.
    """
    most = look.strategy.spread_minutes * 60
    later = opens_at + timedelta(seconds=int(sha256(key.encode()).hexdigest()[:8], 16) % (most + 1))
    suits = gate.check(replace(ask, at=later), record, look.rules.packs).allowed
    return later if suits else opens_at


def _fact_against(conn: Connection, command: SendNotice, look: _Look) -> Blocker | None:
    if look.case.closed_at is not None:
        return Blocker.CLOSED
    if look.holds.stopping(look.on):
        return Blocker.HELD
    return Blocker.PAID if _asks_for_too_much(conn, command, look) else None


def _asks_for_too_much(conn: Connection, command: SendNotice, look: _Look) -> bool:
    """A part payment counts: the amount or the date in the text would be wrong."""
    unmet = obligations.unmet(conn, command.account_id, look.on, look.at)
    balance = entries.balance(conn, command.account_id, look.on, look.at)
    arrears = assess(look.holds.treated(unmet, look.on), balance, look.on, look.rules)
    return arrears is None or arrears.past_due < command.past_due or arrears.oldest_due_on > command.oldest_due_on
