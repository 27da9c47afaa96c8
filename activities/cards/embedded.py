"""The embedded ledger as the card system: what is asked of it is done as soon as it is written."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import Connection

from activities.answers import Answer, Confirmed
from activities.cards.base import Instruction
from domain.allocation import allocate_to_obligations
from domain.calendar import local_day
from domain.model.adjustments import AdjustmentKind
from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.rules import Component
from ledger import accounts, entries, meetings, obligations, reversals
from ledger.engine import Ledger
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated


class EmbeddedCards:
    """Confirms at once: nothing else keeps the accounts of the embedded ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def apply(self, instruction: Instruction) -> Answer:
        """Done; the reference follows from the key, so that it is the same however often it is asked."""
        asked = instruction.adjustment
        post = _POSTS.get(asked.kind)
        if post is not None:
            with self._ledger.write() as conn:
                accounts.lock_person(conn, accounts.person_of(conn, instruction.account_id))
                post(conn, instruction)
        return Confirmed(_reference(asked.key))


def _give(conn: Connection, instruction: Instruction) -> None:
    """Credit what is given up, and let it meet the oldest of what is unmet.

    What of a component was paid meanwhile cannot be taken off it any more: it is a credit on the principal.
    """
    account, parts = accounts.get_account(conn, instruction.account_id), instruction.adjustment.parts
    reference = _reference(instruction.adjustment.key)
    if entries.find(conn, reference) is not None:
        return
    day = local_day(instruction.at, account.zone)
    owed = entries.component_balances(conn, account.account_id, day, instruction.at)
    legs = {name: min(money.minor, max(owed[name].minor, 0)) for name, money in parts.items()}
    total = sum(money.minor for money in parts.values())
    legs[Component.PRINCIPAL] = legs.get(Component.PRINCIPAL, 0) + total - sum(legs.values())
    entry = Entry(
        account_id=account.account_id,
        reference=reference,
        kind=EntryKind.WAIVER,
        value_on=day,
        recorded_at=instruction.at,
        principal_minor=-legs[Component.PRINCIPAL],
        interest_minor=-legs.get(Component.INTEREST, 0),
        fee_minor=-legs.get(Component.FEE, 0),
    )
    billed = obligations.billed_unmet(conn, account.account_id, day, instruction.at)
    met = allocate_to_obligations(Money.of_minor(total, account.currency), billed)
    entries.append(conn, entry)
    given = tuple(Allocated(due_on, money.minor) for due_on, money in met)
    meetings.allocate(
        conn, account.account_id, given, value_on=day, recorded_at=instruction.at, entry_reference=reference
    )


def _re_age(conn: Connection, instruction: Instruction) -> None:
    """Meet all that is past due on that day without a payment: nothing of the balance moves.

    What is due on that day or later stays to be paid, and every due date stays as it was billed.
    """
    account, reference = accounts.get_account(conn, instruction.account_id), _reference(instruction.adjustment.key)
    if entries.find(conn, reference) is not None:
        return
    day = local_day(instruction.at, account.zone)
    past_due = obligations.unmet(conn, account.account_id, day, instruction.at)
    entries.append(conn, Entry(account.account_id, reference, EntryKind.RE_AGE, day, instruction.at))
    met = tuple(Allocated(each.due_on, each.unmet.minor) for each in past_due)
    meetings.allocate(
        conn, account.account_id, met, value_on=day, recorded_at=instruction.at, entry_reference=reference
    )


def _take_back(conn: Connection, instruction: Instruction) -> None:
    asked = instruction.adjustment
    if asked.undoes is None:
        raise InputError(f"the adjustment {asked.key} does not say what it takes back")
    zone = accounts.get_account(conn, instruction.account_id).zone
    reversals.reverse(
        conn,
        _reference(asked.undoes),
        by=_reference(asked.key),
        value_on=local_day(instruction.at, zone),
        recorded_at=instruction.at,
    )


_POSTS: dict[AdjustmentKind, Callable[[Connection, Instruction], None]] = {
    AdjustmentKind.WAIVE: _give,
    AdjustmentKind.RE_AGE: _re_age,
    AdjustmentKind.REINSTATE: _take_back,
}
"""What has an entry of its own in the ledger; all else is how the case itself reads what is due."""


def _reference(key: str) -> str:
    return f"embedded-{sha256(key.encode()).hexdigest()[:16]}"
