"""From monthly figures (balance, amount paid, months late) to an account's dated history.

The rules are those under which the real portfolio becomes a ledger; generated portfolios follow the same ones.
Amounts of the source are whole currency units; all legs are principal, because it does not split balances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.model.money import decimal_places
from ledger.importers.history import AccountHistory, Due, Entry, Met, StatedLateness, Statement
from ledger.importers.months import IN_TIME_DAY, LATE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class MonthlyAccount:
    """One account as a monthly source tells it, oldest month first; amounts in whole currency units."""

    account_id: str
    source: str
    """First part of the references of its entries."""
    currency: str
    zone: str
    credit_limit: int
    balances: Sequence[int]
    paid: Sequence[int]
    statuses: Sequence[int]
    """Months late when 1 or more; 0 and below: not late."""


def minimum_of(balance: int) -> int:
    """Minimum payment of a statement, in whole units: a tenth, at least 1,000, at most the balance."""
    return 0 if balance <= 0 else min(balance, max(1000, -(-balance // 10)))


def months_late(statuses: Sequence[int]) -> tuple[list[int], int]:
    """Obligations unmet at the end of the month after each status, and how many statuses had to be cut for that."""
    late, cut = [max(0, statuses[0])], 0
    for status in statuses[1:]:
        late.append(min(max(0, status), late[-1] + 1))
        cut += status > late[-1]
    return late, cut


def history_of(account: MonthlyAccount, calendar: Calendar) -> AccountHistory:
    """The dated history of one account."""
    late, cut = months_late(account.statuses)
    scale: int = 10 ** decimal_places(account.currency)
    dues = _dues(account, late, calendar, scale)
    months = range(len(account.balances))
    return AccountHistory(
        account_id=account.account_id,
        person_id=f"person-{account.account_id}",
        currency=account.currency,
        zone=account.zone,
        credit_limit_minor=account.credit_limit * scale,
        statements=tuple(Statement(calendar.end(m), account.balances[m] * scale) for m in months),
        dues=tuple(dues),
        met=tuple(_met(account, late, dues, calendar)),
        entries=tuple(_entries(account, late, calendar, scale)),
        stated=tuple(_stated(late, calendar)),
        cut_months=cut,
    )


def _dues(account: MonthlyAccount, late: list[int], calendar: Calendar, scale: int) -> list[Due]:
    first = minimum_of(account.balances[0]) * scale
    earlier = [Due(calendar.due_on(month), first, None) for month in range(1 - late[0], 0)]
    return earlier + [
        Due(calendar.due_on(month), minimum_of(balance) * scale, calendar.end(month))
        for month, balance in enumerate(account.balances)
    ]


def _met(account: MonthlyAccount, late: list[int], dues: list[Due], calendar: Calendar) -> list[Met]:
    earlier = len(dues) - len(account.balances)
    met: list[Met] = []
    unmet_from = 0
    for month, unmet in enumerate(late):
        # the latest `unmet` obligations are open at the end of the next month: all before them were met in it
        still_open_from = earlier + month + 1 - unmet
        paid_in = month + 1
        reference = _payment_reference(account, paid_in, calendar)
        value_on = calendar.day(paid_in, _value_day(unmet))
        met += [
            Met(due.due_on, value_on, reference) for due in dues[unmet_from:still_open_from] if due.minimum_minor > 0
        ]
        unmet_from = max(unmet_from, still_open_from)
    return met


def _payment_reference(account: MonthlyAccount, month: int, calendar: Calendar) -> str | None:
    if month >= len(account.paid) or account.paid[month] <= 0:
        return None
    return f"{account.source}/{account.account_id}/payment/{calendar.label(month)}"


def _value_day(unmet: int) -> int:
    return LATE_DAY if unmet else IN_TIME_DAY


def _entries(account: MonthlyAccount, late: list[int], calendar: Calendar, scale: int) -> list[Entry]:
    balances, paid, owner = account.balances, account.paid, f"{account.source}/{account.account_id}"
    # the first month's payment is in the opening balance already
    entries = [Entry(f"{owner}/opening", "opening", calendar.end(0), balances[0] * scale)]
    for month in range(1, len(balances)):
        if reference := _payment_reference(account, month, calendar):
            value_on = calendar.day(month, _value_day(late[month - 1]))
            entries.append(Entry(reference, "payment", value_on, -paid[month] * scale))
        charges = balances[month] - balances[month - 1] + paid[month]
        reference = f"{owner}/charges/{calendar.label(month)}"
        entries.append(Entry(reference, "net_charges", calendar.end(month), charges * scale))
    return entries


def _stated(late: list[int], calendar: Calendar) -> list[StatedLateness]:
    before = [0, *late]
    return [StatedLateness(calendar.end(month + 1), now) for month, now in enumerate(late) if now != before[month]]
