"""Affordability: what is left of a household's income for its debts, and how it is shared among them.

Essentials come first, then priority debts; what is left goes to the other debts pro rata by balance, wherever they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from domain.model.ability import MONTHLY, Ability, HouseholdStatement, Regular, Share
from domain.model.errors import InputError
from domain.model.money import Money, decimal_places


def assess_ability(statement: HouseholdStatement, balances: Mapping[str, Money]) -> Ability:
    """What the household can pay in a month.

    Args:
        balances: account → all that is owed on it, for the person's accounts at this bank; those that owe nothing get
            nothing.

    Raises:
        InputError: an account in another currency than the statement.
    """
    currency = statement.currency
    income, essentials, priority = (
        _monthly(items, currency) for items in (statement.income, statement.essentials, statement.priority_debts)
    )
    left = income - essentials - priority
    owed = _owed(balances, currency)
    elsewhere = [debt.balance.minor for debt in statement.other_debts]
    parts = share_out(max(left.minor, 0), [*(balance.minor for balance in owed.values()), *elsewhere])
    shares = tuple(
        Share(account_id=account_id, balance=balance, monthly=Money.of_minor(part, currency))
        for (account_id, balance), part in zip(owed.items(), parts, strict=False)
    )
    return Ability(
        income=income,
        essentials=essentials,
        priority_debts=priority,
        left=left,
        shares=shares,
        elsewhere=Money.of_minor(sum(parts[len(owed) :]), currency),
    )


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in whole units, shared in proportion to the weights; parts that sum to it exactly.

    What cannot be divided goes to the largest remainders, of equal ones to the first. An amount above all weights
    together is more than is owed: each gets its weight, and the rest stays.
    """
    total = sum(weights)
    if amount >= total:
        return list(weights)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts


def _monthly(items: Iterable[Regular], currency: str) -> Money:
    """The items of a month together; rounded once, half up, so that many small ones lose nothing."""
    exact = sum((item.amount.amount * MONTHLY[item.every] for item in items), start=Decimal(0))
    unit = Decimal(1).scaleb(-decimal_places(currency))
    return Money(amount=exact.quantize(unit, ROUND_HALF_UP), currency=currency)


def _owed(balances: Mapping[str, Money], currency: str) -> dict[str, Money]:
    wrong = next((account_id for account_id, balance in balances.items() if balance.currency != currency), None)
    if wrong is not None:
        raise InputError(f"account {wrong} is in {balances[wrong].currency}, the statement in {currency}")
    return {account_id: balance for account_id, balance in sorted(balances.items()) if balance.amount > 0}
