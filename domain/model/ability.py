"""Ability: what a household has and needs, item by item, and what is left for its debts: codes and amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.money import CurrencyCode, Money
from domain.model.names import Code, MessageId


class Every(StrEnum):
    """How often an amount comes or goes."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Income(StrEnum):
    """What comes in."""

    WAGES = "wages"
    SELF_EMPLOYMENT = "self_employment"
    PENSION = "pension"
    BENEFITS = "benefits"
    """Public benefits, such as unemployment or child benefit."""
    MAINTENANCE = "maintenance"
    """What a former partner pays for children or the customer."""
    RENT_RECEIVED = "rent_received"
    FAMILY = "family"
    """What others of the household give towards it."""
    OTHER = "other"


class Essential(StrEnum):
    """What a household cannot do without: it comes before every debt."""

    HOUSING = "housing"
    """Rent, or the mortgage on the home."""
    UTILITIES = "utilities"
    """Water, power, heating, telephone and the net."""
    FOOD = "food"
    """Food and household goods."""
    HEALTH = "health"
    TRANSPORT = "transport"
    CHILDCARE = "childcare"
    EDUCATION = "education"
    CLOTHING = "clothing"
    INSURANCE = "insurance"
    TAX = "tax"
    """Taxes and social insurance that wages were not paid without."""
    MAINTENANCE_PAID = "maintenance_paid"
    """What the customer pays for children or a former partner."""
    RESERVE = "reserve"
    """A little put aside, so that the next broken machine breaks no plan."""
    OTHER = "other"


class PriorityDebt(StrEnum):
    """Debts whose failure costs a home, the power or the freedom: they come before cards."""

    HOUSING_ARREARS = "housing_arrears"
    UTILITY_ARREARS = "utility_arrears"
    TAX_ARREARS = "tax_arrears"
    MAINTENANCE_ARREARS = "maintenance_arrears"
    COURT_FINE = "court_fine"
    SECURED_LOAN = "secured_loan"
    """A loan that is secured by what the customer needs, such as the car to work."""


class Regular(Model):
    """An amount that comes or goes regularly, above zero."""

    amount: Money
    every: Every = Every.MONTH
    evidence: Code | None = None
    """Reference of what shows it, such as that of a pay slip in the bank's own system."""

    @model_validator(mode="after")
    def _above_zero(self) -> Regular:
        if self.amount.amount <= 0:
            raise ValueError(f"{self.amount} is not above zero: leave out what does not come or go")
        return self


class IncomeItem(Regular):
    """Something that comes in."""

    kind: Income


class EssentialItem(Regular):
    """Something that has to be paid."""

    kind: Essential


class PriorityItem(Regular):
    """What is paid off a priority debt."""

    kind: PriorityDebt


class OtherDebt(Model):
    """A debt elsewhere that shares what is left with those at this bank."""

    creditor: Code
    """The bank's code for the creditor: no name."""
    balance: Money
    """All that is owed there."""

    @model_validator(mode="after")
    def _above_zero(self) -> OtherDebt:
        if self.balance.amount <= 0:
            raise ValueError(f"{self.balance} is not above zero: leave out what is not owed")
        return self


class Willingness(StrEnum):
    """What the customer says of paying, in the listener's judgement."""

    WILLING = "willing"
    """Wants to pay what is possible."""
    UNSURE = "unsure"
    UNWILLING = "unwilling"


class HouseholdStatement(Model):
    """Income and expenses of a household, as the customer stated them."""

    currency: CurrencyCode
    income: tuple[IncomeItem, ...] = Field(default=(), max_length=40)
    essentials: tuple[EssentialItem, ...] = Field(min_length=1, max_length=60)
    """None at all is a statement that nobody filled in."""
    priority_debts: tuple[PriorityItem, ...] = Field(default=(), max_length=20)
    other_debts: tuple[OtherDebt, ...] = Field(default=(), max_length=60)
    household: int = Field(default=1, ge=1, le=30)
    """How many people live on it."""
    willingness: Willingness | None = None
    offers_monthly: Money | None = None
    """What the customer offered to pay in a month, on all debts at this bank together."""

    @model_validator(mode="after")
    def _one_currency(self) -> HouseholdStatement:
        items = (*self.income, *self.essentials, *self.priority_debts)
        amounts = [item.amount for item in items] + [debt.balance for debt in self.other_debts]
        amounts += [] if self.offers_monthly is None else [self.offers_monthly]
        other = next((amount for amount in amounts if amount.currency != self.currency), None)
        if other is not None:
            raise ValueError(f"{other} is not in {self.currency}: state everything in one currency")
        if self.offers_monthly is not None and self.offers_monthly.amount < 0:
            raise ValueError(f"{self.offers_monthly} is offered: an offer is not below zero")
        if len({debt.creditor for debt in self.other_debts}) != len(self.other_debts):
            raise ValueError("a creditor stands here twice: add its debts together")
        return self


class Share(Model):
    """What a debt gets of what is left, in a month."""

    account_id: str
    balance: Money
    monthly: Money


class Ability(Model):
    """What a household can pay in a month: whole minor units."""

    income: Money
    essentials: Money
    priority_debts: Money
    left: Money
    """Income less essentials and priority debts; below zero: they are not covered."""
    shares: tuple[Share, ...] = ()
    """What each debt at this bank gets of it, pro rata by balance with those elsewhere."""
    elsewhere: Money
    """What the other debts get together."""

    @property
    def at_this_bank(self) -> Money:
        """What is affordable in a month for all debts at this bank together; zero where nothing is left."""
        return Money.total((share.monthly for share in self.shares), self.left.currency)


class AbilityReport(Model):
    """A person's ability, assessed on one day: a new statement is a new version, and the older ones stay."""

    report_id: MessageId
    version: int = Field(ge=1)
    on: date
    statement: HouseholdStatement
    ability: Ability


MONTHLY: dict[Every, Decimal] = {
    Every.WEEK: Decimal(52) / 12,
    Every.FORTNIGHT: Decimal(26) / 12,
    Every.MONTH: Decimal(1),
    Every.QUARTER: Decimal(1) / 3,
    Every.YEAR: Decimal(1) / 12,
}
"""How often in a month: of 52 weeks and 12 months to a year."""
