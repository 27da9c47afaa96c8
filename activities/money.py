"""Adjustments: what the engine grants is asked of the card system, and its answer is kept, once under its key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.cards.base import CardSystem, Confirmed, Instruction, Refused
from activities.errors import told
from activities.pulse import pulse
from domain.model.adjustments import ADJUST, Adjust, AdjustmentState, AdjustResult
from domain.model.errors import InputError
from ledger import accounts, adjustments, keeping_plans
from ledger.engine import Ledger
from workflows.ports.case import CardsPort

_log = logging.getLogger(__name__)


class Cards(CardsPort):
    """Adjustments by way of the card system that it was given; ``now`` is the worker's clock."""

    def __init__(self, ledger: Ledger, cards: CardSystem, *, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._cards = cards
        self._now = now

    @activity.defn(name=ADJUST, no_thread_cancel_exception=True)
    def adjust(self, command: Adjust) -> AdjustResult:
        """Ask the card system under the command's key, and keep what it answers; what was answered before stays."""
        with told(), pulse():
            state = self._adjust(command)
        _log.info("adjustment %s: %s", command.key, state.value)
        return AdjustResult(state=state)

    def _adjust(self, command: Adjust) -> AdjustmentState:
        with self._ledger.read() as conn:
            there = adjustments.get(conn, command.key)
        if there is None:
            raise InputError(f"no adjustment {command.key} in the ledger")
        if there.state is not AdjustmentState.WANTED:
            return there.state
        answer = self._cards.apply(Instruction(command.account_id, there.adjustment))
        with self._ledger.write() as conn:
            accounts.lock_person(conn, accounts.person_of(conn, command.account_id))
            at = max(command.as_of, self._now())
            match answer:
                case Confirmed(reference):
                    keeping_plans.answer_adjustment(
                        conn, command.key, AdjustmentState.CONFIRMED, at, reference=reference
                    )
                case Refused(reason):
                    keeping_plans.refuse_adjustment(conn, command.key, at, reason)
                case _:
                    adjustments.mark_asked(conn, command.key, at)
            settled = adjustments.get(conn, command.key)
        assert settled is not None, "it was there before"
        return settled.state
