"""Debiting: intent, provider, receipt, so that a crash at any place neither loses a debit nor takes money twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection
from temporalio import activity

from activities.answers import Taken
from activities.debits.base import Answer, CannotTell, Collected, DebitProvider, Declined, Instruction
from activities.errors import UnderWay, told
from activities.predebit import Stop, look
from activities.pulse import pulse
from domain.model.debits import DEBIT, Debit, DebitResult, DebitState, NotDebited
from ledger import accounts, debits, keeping_debits
from ledger.engine import Ledger
from workflows.ports.case import DebitsPort

_log = logging.getLogger(__name__)
_TOLD_BY_THE_LEDGER = (DebitState.COLLECTED, DebitState.ASKED)
"""The case hears of the payment, or of the answer that comes later."""


class Debits(DebitsPort):
    """Debits by way of the provider that it was given; ``now`` is the worker's clock."""

    def __init__(self, ledger: Ledger, provider: DebitProvider, *, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._provider = provider
        self._now = now

    # Not interrupted between the provider's yes and the receipt: a later attempt would have to ask for it.
    @activity.defn(name=DEBIT, no_thread_cancel_exception=True)
    def debit(self, command: Debit) -> DebitResult:
        """Ask for it at most once under its key; what keeps it from being asked for is a result, not an error."""
        with told(), pulse():
            state = self._debit(command)
        _log.info("debit %s: %s", command.key, state.value)
        return DebitResult(state=None if state in _TOLD_BY_THE_LEDGER else state)

    def _debit(self, command: Debit) -> DebitState:
        with self._ledger.read() as conn:
            row = debits.get(conn, command.key)
        if row is not None and row.state is not DebitState.WANTED:
            return row.state
        # An earlier attempt stored its intent and never its end: only the provider knows whether money was taken.
        if row is not None and (fate := self._fate(command)) is not None:
            return self._settle(command, fate)
        intent = self._intend(command, tried_before=row is not None)
        if isinstance(intent, DebitState):
            return intent
        return self._settle(command, self._provider.collect(intent))

    def _fate(self, command: Debit) -> Answer | CannotTell | None:
        try:
            return self._provider.fate(command.key)
        except CannotTell as unknown:
            return unknown

    def _intend(self, command: Debit, *, tried_before: bool) -> Instruction | DebitState:
        """Store that it is about to be asked for: what the provider is told, or how the debit stands."""
        with self._ledger.write() as conn:
            person_id = _lock_person_of(conn, command)
            row = debits.get(conn, command.key)
            if row is not None and row.state is not DebitState.WANTED:
                return row.state
            if row is not None and not tried_before:
                raise UnderWay(f"another attempt at debit {command.key} has just begun; this one is tried again")
            at = self._at(command)
            found = look(conn, command, person_id, at)
            if isinstance(found, Stop):
                keeping_debits.keep_off(conn, command, at, found.why, found.refused_by)
                return DebitState.FAILED
            if row is None and not keeping_debits.intend(conn, command, at):
                keeping_debits.keep_off(conn, command, at, NotDebited.ANOTHER_DEBIT)
                return DebitState.FAILED
        return _instruction(command, found.token, at)

    def _settle(self, command: Debit, answer: Answer | CannotTell) -> DebitState:
        """Store what the provider said; what was answered before stays."""
        key = command.key
        with self._ledger.write() as conn:
            _lock_person_of(conn, command)
            at = self._at(command)
            there = debits.get(conn, key)
            assert there is not None, "its intent was stored before"
            if there.state is not DebitState.WANTED:
                return there.state
            match answer:
                case Collected(reference):
                    keeping_debits.answer(conn, key, DebitState.COLLECTED, at, reference=reference)
                case Declined(code, hard):
                    keeping_debits.answer(conn, key, DebitState.DECLINED, at, why=code, hard=hard)
                case CannotTell():
                    keeping_debits.answer(conn, key, DebitState.UNKNOWN, at)
                case Taken():
                    debits.mark_asked(conn, key, at)
                case _:
                    assert_never(answer)
            settled = debits.get(conn, key)
        assert settled is not None, "it was there before"
        return settled.state

    def _at(self, command: Debit) -> datetime:
        """Business time of the act: a retry on another day sees that day, a run in virtual time stays in its own."""
        return max(command.as_of, self._now())


def _lock_person_of(conn: Connection, command: Debit) -> str:
    """Keep other writers away from the person until the transaction ends; returns the person's id."""
    person_id = accounts.person_of(conn, command.account_id)
    accounts.lock_person(conn, person_id)
    return person_id


def _instruction(command: Debit, token: str, at: datetime) -> Instruction:
    return Instruction(
        key=command.key,
        account_id=command.account_id,
        token=token,
        amount=command.amount,
        due_on=command.due_on,
        on=command.on,
        attempt=command.attempt,
        at=at,
    )
