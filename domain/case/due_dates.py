"""Due dates: whether obligations that are named are unmet on the account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.model.facts import Obligation

_MOST_NAMED = 6
"""How many due dates a refusal names."""


def fault_of(due_dates: Sequence[date], obligations: Sequence[Obligation]) -> str | None:
    """The first that is no due date of an unmet obligation, in one sentence with those that are."""
    unmet = [obligation.due_on for obligation in obligations]
    wrong = next((due_on for due_on in due_dates if due_on not in unmet), None)
    if wrong is None:
        return None
    more = f" and {len(unmet) - _MOST_NAMED} more" if len(unmet) > _MOST_NAMED else ""
    known = f"unmet are those due on {', '.join(map(str, unmet[:_MOST_NAMED]))}{more}" if unmet else "none is unmet"
    return f"no obligation due on {wrong} is unmet on this account: {known}"
