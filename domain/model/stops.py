"""Emergency stops, as decisions know them."""

from __future__ import annotations

from enum import StrEnum

from domain.model.base import Model


class StopKind(StrEnum):
    """What an emergency stop closes."""

    ALL = "all"
    """Every contact, whoever makes it; no value."""
    BANK = "bank"
    """What the bank itself sends and calls; no value."""
    RULES = "rules"
    """Contact under this rule pack."""
    CHANNEL = "channel"
    """This channel."""
    AGENCY = "agency"
    """What this agency does."""
    STRATEGY = "strategy"
    """Contact by this strategy."""


class StopInForce(Model):
    """An emergency stop that holds now."""

    stop_id: str
    kind: StopKind
    value: str = ""
    """Name of what is stopped; empty where the kind says it all."""
