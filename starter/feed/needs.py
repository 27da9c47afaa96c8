"""What an account without a case needs: a case, or to be looked at again on the day on which it may fall past due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from domain.calendar import local_instant
from domain.model.rules import Rules
from domain.opening import opening
from ledger.exposures import Exposure

_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Needs:
    """Whether a case is opened now, and when to look again if not; None: when something of the account changes."""

    case: bool
    look_at: datetime | None


def needs_of(owes: Exposure, rules: Rules) -> Needs:
    """By what the account owes, under the rules of new cases."""
    found = opening(owes.unmet, owes.balance, owes.today, rules, owes.next_value_on)
    again = found.look_again_on
    look_at = None if again is None else local_instant(again, _MIDNIGHT, owes.account.zone)
    return Needs(found.arrears is not None, look_at)
