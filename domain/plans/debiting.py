"""Which debit an instalment waits for, as a function of what was tried and of the mandates: no memory, no clock.

Never before the due date, never for more than is open, at most once a day for an account, at most as often as the
strategy says, on business days, and within the grace of the instalment. After a hard decline the plan is debited no
more; of a debit whose fate nobody knows none is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import days_after
from domain.compliance.holidays import next_business_day
from domain.model.debits import DEBITS_KEY, OPEN_DEBITS, DebitState, KnownDebit, KnownMandate
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.strategy import Debits
from domain.plans.standing import Line

_DAY = timedelta(days=1)


class NoDebit(StrEnum):
    """Why none comes."""

    NO_MANDATE = "no_mandate"
    BEYOND_MANDATE = "beyond_mandate"
    """The mandate does not allow as much as is open."""
    HARD_DECLINE = "hard_decline"
    EXHAUSTED = "exhausted"
    """It was declined as often as it may be tried."""
    NO_DAY = "no_day"
    """No day is left for it within the grace."""


@dataclass(frozen=True)
class Wanted:
    """A debit that is to be asked for."""

    key: str
    attempt: int
    on: date
    amount: Money
    mandate: str


@dataclass(frozen=True)
class Unsettled:
    """One was asked for, and its money is not in the ledger yet, or nobody knows what became of it."""

    debit: KnownDebit


@dataclass(frozen=True)
class Taken:
    """It was collected, and its payment came, whatever became of that since: nothing is debited for this line again."""

    debit: KnownDebit


Outlook = Wanted | Unsettled | Taken | NoDebit


@dataclass(frozen=True)
class Collecting:
    """What debits of one version of a plan rest on."""

    plan: str
    """Its key."""
    version: int
    terms: Debits
    debits: Sequence[KnownDebit]
    """Of the plan, all of them; of the account, those of ``today``."""
    mandates: Sequence[KnownMandate]
    """That have not ended, the newest first."""
    packs: Sequence[Pack]
    owed: Money
    """All that is owed on the account: never more is taken, whatever is open of the instalment."""
    may: Callable[[date], bool] = lambda _: True
    """Whether the case lets a debit leave on this day."""

    def outlook(self, line: Line, today: date, grace_ends_on: date) -> Outlook:
        """The debit that an open line waits for; ``grace_ends_on`` is the last day on which money for it is in time."""
        tried = self.of_line(line.due_on)
        if (settled := unsettled(tried)) is not None:
            return settled
        if any(each.hard for each in self.debits if each.plan == self.plan and each.state is DebitState.DECLINED):
            return NoDebit.HARD_DECLINE
        declined = [each for each in tried if each.state is DebitState.DECLINED]
        if len(declined) > len(self.terms.retry_days):
            return NoDebit.EXHAUSTED
        on = next(self._days(self._earliest(line, declined, today), grace_ends_on), None)
        if on is None:
            return NoDebit.NO_DAY
        return self._by_mandate(line, on, attempt=len(declined) + 1, tries=len(tried))

    def of_line(self, due_on: date) -> list[KnownDebit]:
        """What was tried for the instalment of this day, by this version of the plan; oldest first."""
        return [each for each in self.debits if (each.plan, each.version, each.due_on) == (*self._which, due_on)]

    @property
    def _which(self) -> tuple[str, int]:
        return self.plan, self.version

    def _earliest(self, line: Line, declined: Sequence[KnownDebit], today: date) -> date:
        """Not before the due date, nor before the strategy's days after the first attempt, nor twice on one day."""
        first = line.due_on
        if declined:
            first = days_after(declined[0].on, self.terms.retry_days[len(declined) - 1])
        tried_today = any(each.on == today for each in self.debits)
        return max(first, days_after(today, 1) if tried_today else today)

    def _days(self, first: date, last: date) -> Iterator[date]:
        """Business days on which the case lets it leave."""
        day = next_business_day(first - _DAY, self.packs)
        while day <= last:
            if self.may(day):
                yield day
            day = next_business_day(day, self.packs)

    def _by_mandate(self, line: Line, on: date, *, attempt: int, tries: int) -> Wanted | NoDebit:
        running = [each for each in self.mandates if each.runs_on(on)]
        if not running:
            return NoDebit.NO_MANDATE
        amount = min(line.unpaid, self.owed)
        enough = next((each for each in running if each.allows(amount)), None)
        if enough is None:
            return NoDebit.BEYOND_MANDATE
        return Wanted(debit_key(*self._which, line.due_on, tries + 1), attempt, on, amount, enough.id)


def debit_key(plan: str, version: int, due_on: date, number: int) -> str:
    """Key of the so manieth try at debiting an instalment."""
    return f"{plan}/{DEBITS_KEY}/{version}/{due_on}/{number}"


def unsettled(tried: Sequence[KnownDebit]) -> Unsettled | Taken | None:
    """What of these keeps others from being tried."""
    for each in tried:
        if each.state in OPEN_DEBITS or (each.state is DebitState.COLLECTED and not each.arrived):
            return Unsettled(each)
        if each.state is DebitState.COLLECTED:
            return Taken(each)
    return None
