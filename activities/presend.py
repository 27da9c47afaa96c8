"""The last look before a message leaves: is what it says still so, and may it be said now?"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.case.holds import Holds
from domain.compliance import gate
from domain.delinquency import assess
from domain.model.commands import SendNotice
from domain.model.contact import ContactAsk
from domain.model.errors import InputError
from domain.model.events import Blocker
from domain.model.facts import Account
from domain.model.rules import Rules
from ledger import accounts, cases, entries, holds, obligations, policies
from ledger.accounts import ContactPoint
from ledger.cases import CaseRow


@dataclass(frozen=True)
class Clear:
    """Nothing stands against the message."""

    contact: ContactPoint
    on: date
    """Local day of the look."""


@dataclass(frozen=True)
class Stop:
    """What keeps the message from leaving."""

    blocker: Blocker
    on: date
    retry_at: datetime | None = None
    refused_by: tuple[str, ...] = ()
    """The rules of the gate that refuse."""


@dataclass(frozen=True)
class _Look:
    """What is read once and asked several questions."""

    account: Account
    case: CaseRow
    rules: Rules
    holds: Holds
    at: datetime
    on: date


def check(conn: Connection, command: SendNotice, person_id: str, at: datetime) -> Clear | Stop:
    """Facts first, then the address, then the gate; the first that stands against the message is told."""
    look = _look(conn, command, at)
    blocker = _fact_against(conn, command, look)
    if blocker is not None:
        return Stop(blocker, look.on)
    contact = accounts.contact_point(conn, person_id, command.channel, look.on)
    if contact is None:
        return Stop(Blocker.NO_CONTACT_POINT, look.on)
    ask = ContactAsk(channel=command.channel, at=at, zone=look.account.zone, debts=(command.account_id,))
    verdict = gate.check(ask, look.rules)
    if not verdict.allowed:
        return Stop(Blocker.CONTACT_WINDOW, look.on, verdict.next_at, verdict.refused_by)
    return Clear(contact, look.on)


def asks_for_too_much(conn: Connection, command: SendNotice, at: datetime) -> bool:
    """Whether money came in since the decision, so that what the message says is no longer so."""
    return _asks_for_too_much(conn, command, _look(conn, command, at))


def _look(conn: Connection, command: SendNotice, at: datetime) -> _Look:
    account = accounts.get_account(conn, command.account_id)
    case = cases.get(conn, command.case_id)
    if case is None:
        raise InputError(f"no case {command.case_id} in the ledger")
    on = local_day(at, account.zone)
    lying = Holds(holds.in_force(conn, command.case_id, on), pauses_over=())
    return _Look(account, case, policies.rules(conn, case.rules), lying, at, on)


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
