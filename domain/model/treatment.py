"""Treatments: what a vulnerable customer needs, never why."""

from __future__ import annotations

from enum import StrEnum


class Treatment(StrEnum):
    """How a customer who is vulnerable is treated."""

    NO_CALLS = "no_calls"
    """No call and no visit: letters and messages go on."""
    LETTERS_ONLY = "letters_only"
    """Nothing but letters."""
    SPECIALIST = "specialist"
    """A specialist speaks with the customer, and nobody else writes or calls meanwhile."""
    MORE_TIME = "more_time"
    """Nothing harsher follows: no legal action, no agency, no sale."""

    @property
    def hold(self) -> str:
        """The rule packs' hold that the treatment lays on the person."""
        return "vulnerability_review" if self is Treatment.SPECIALIST else self.value
