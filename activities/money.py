"""Adjustments: what the engine grants is asked of the card system, and its answer is kept, once under its key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from temporalio import activity

from activities.answers import Confirmed, Refused, Taken
from activities.cards.base import CardSystem, Instruction
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
        """Ask the card system for each under its own key, and keep what it answers; what was answered before stays."""
        with told(), pulse():
            states = tuple(self._adjust(command, each.key) for each in command.adjustments)
        return AdjustResult(states=states)

    def _adjust(self, command: Adjust, key: str) -> AdjustmentState:
        with self._ledger.read() as conn:
            there = adjustments.get(conn, key)
        if there is None:
            raise InputError(f"no adjustment {key} in the ledger")
        if there.state is not AdjustmentState.WANTED:
            return there.state
        at = max(command.as_of, self._now())
        answer = self._cards.apply(Instruction(command.account_id, there.adjustment, at))
        with self._ledger.write() as conn:
            accounts.lock_person(conn, accounts.person_of(conn, command.account_id))
            match answer:
                case Confirmed(reference):
                    keeping_plans.answer_adjustment(conn, key, AdjustmentState.CONFIRMED, at, reference=reference)
                case Refused(reason):
                    keeping_plans.refuse_adjustment(conn, key, at, reason)
                case Taken():
                    adjustments.mark_asked(conn, key, at)
                case _:
                    assert_never(answer)
            settled = adjustments.get(conn, key)
        assert settled is not None, "it was there before"
        _log.info("adjustment %s: %s", key, settled.state.value)
        return settled.state
