"""Clocks apart: what another clock, a little ahead of ours, has stored already counts for a question of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.compliance import gate
from domain.model.contact import CLOCKS_APART, ContactAsk, Outcome, Record, Verdict
from domain.model.pack import Pack


def check_by_every_clock(ask: ContactAsk, record: Record, packs: Sequence[Pack]) -> tuple[ContactAsk, Verdict]:
    """The gate's answer, and the question that it is to: allowed only if it is by our clock and by the one ahead.

    ``record`` is read up to ``CLOCKS_APART`` after the question.
    """
    verdict = gate.check(ask, record, packs)
    at = lifted(ask.at, record)
    if not verdict.allowed or at == ask.at:
        return ask, verdict
    later = replace(ask, at=at)
    return later, gate.check(later, record, packs)


def lifted(at: datetime, record: Record) -> datetime:
    """The instant of the newest contact or fact that a clock ahead of ours can have stored by now, if there is one.

    What is pending counts wherever it lies, and lifts nothing.
    """
    ahead = [contact.at for contact in record.contacts if contact.outcome is not Outcome.PENDING]
    ahead += [fact.at for fact in record.facts]
    return max((other for other in ahead if at < other <= at + CLOCKS_APART), default=at)
