"""Strategy: the treatment that the bank chose, as versioned data."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from domain.model.base import Growing, Model
from domain.model.bureau import BUREAU_NOTICE
from domain.model.causes import Cause, CausePath
from domain.model.disputes import DisputeTerms
from domain.model.hardship import HardshipTerms
from domain.model.incentives import Incentive
from domain.model.money import CurrencyCode
from domain.model.names import RuleId, Slug
from domain.model.offers import OfferBook
from domain.model.promise import PROMISE_REMINDER
from domain.model.re_age import ReAgeTerms
from domain.model.repayment import PLAN_NOTICES
from domain.model.thanks import THANK_YOU, Reached

BESIDE_THE_LADDER = (PROMISE_REMINDER, *PLAN_NOTICES, THANK_YOU, BUREAU_NOTICE)
"""Steps, and notices, that are none of a ladder's: they follow what was agreed, reached or is reported."""


class Channel(StrEnum):
    """The way on which a message travels."""

    CALL = "call"
    """A telephone call by a person; a message asks for one as a task."""
    SMS = "sms"
    """A text message to a mobile number."""
    EMAIL = "email"
    """Electronic mail."""
    IM = "im"
    """A message in an app or an instant messenger."""
    LETTER = "letter"
    """A letter on paper."""
    VISIT = "visit"
    """A visit in person."""
    FILE = "file"
    """A readable file in the outbox folder: the embedded default."""


class DaysPastDue(Model):
    """Due when the oldest unpaid obligation has so many treatment days."""

    rule: Literal["days_past_due"] = "days_past_due"
    days: int = Field(ge=1)


class MonthEnd(Model):
    """Due on the last day of the month in which the oldest unpaid obligation reaches so many treatment days."""

    rule: Literal["month_end"] = "month_end"
    days: int = Field(ge=1)


class AfterPrevious(Model):
    """Due so many calendar days after the notice before was given."""

    rule: Literal["after_previous"] = "after_previous"
    days: int = Field(ge=1)


StepTiming = Annotated[DaysPastDue | MonthEnd | AfterPrevious, Field(discriminator="rule")]


class LadderStep(Model):
    """One notice of the ladder: what is said, on which channels, and when it falls due."""

    id: Slug
    notice: Slug
    channels: tuple[Channel, ...] = Field(min_length=1)
    """The cheapest first; one leaves: the customer's own choice if it is among them, else the first that may."""
    due: StepTiming
    legal_notice: RuleId | None = None
    """Id of a notice of the rule pack that this one gives: the law asks for it, so that it may leave in spite of the
    holds whose rules let legal notices pass. Only the pack's own list counts."""

    @model_validator(mode="after")
    def _each_channel_once(self) -> LadderStep:
        if len(set(self.channels)) != len(self.channels):
            raise ValueError(f"the step {self.id} names a channel twice")
        return self


class Promises(Model):
    """Which promises to pay are taken, and when one is kept."""

    horizon_days: int = Field(ge=1, le=366)
    """The last day of a promise lies at most so many days after the one on which it is made."""
    most: int = Field(ge=1)
    """So many are taken in one episode."""
    grace_days: int = Field(default=0, ge=0, le=31)
    """Calendar days after the last day within which money still counts."""
    kept_percent: int = Field(default=100, ge=1, le=100)
    """A promise is kept when at least this part of its amount was paid."""
    remind_days_before: int | None = Field(default=None, ge=0)
    """The reminder leaves so many days before the last day; None: no reminder."""
    channels: tuple[Channel, ...] = Field(default=(Channel.SMS, Channel.EMAIL, Channel.FILE), min_length=1)
    """Of the reminder, the cheapest first."""


class AfterBreak(StrEnum):
    """Which plan may follow one that was broken."""

    NONE = "none"
    """No other one in this episode."""
    LESS = "less"
    """One that asks for less in a month than the one that could not be kept."""


class Debits(Model):
    """How instalments are debited where the customer has given a mandate."""

    at: time
    """Local time of day, on the due date; when that is no business day, on the next one."""
    retry_days: tuple[int, ...] = Field(default=(), max_length=2)
    """After a decline that may pass: so many calendar days after the first attempt it is tried again."""
    notify_days_before: int | None = Field(default=None, ge=1)
    """The customer is told so many days before the due date that it will be debited; None: they are not told."""

    @model_validator(mode="after")
    def _days_rise(self) -> Debits:
        if list(self.retry_days) != sorted({day for day in self.retry_days if day >= 1}):
            raise ValueError("the days of the retries must rise, from 1 on")
        return self


class Plans(Growing):
    """Which repayment plans are agreed, and how they are followed."""

    LATER: ClassVar[frozenset[str]] = frozenset(("after_break", "debit"))
    most: int = Field(ge=1)
    """So many are agreed in one episode; a new version of the one that runs is none more."""
    first_within_days: int = Field(default=45, ge=1, le=366)
    """The first instalment falls due at most so many days after signing."""
    confirm_within_days: int = Field(default=3, ge=1, le=31)
    """The card system has so many days to confirm what a plan asks of it; then a person looks."""
    after_break: AfterBreak | None = None
    """None: any other one, within ``most``."""
    most_moves: int = Field(default=1, ge=0)
    """So many payment holidays are granted in one plan."""
    remind_days_before: int | None = Field(default=None, ge=0)
    """A reminder leaves so many days before each due date; None: no reminder."""
    channels: tuple[Channel, ...] = Field(default=(Channel.SMS, Channel.EMAIL, Channel.FILE), min_length=1)
    """Of the reminder and of the notice that an instalment was missed, the cheapest first."""
    debit: Debits | None = None
    """None: nothing is debited."""


class Thanks(Model):
    """The one message of thanks when a case is over."""

    after: tuple[Reached, ...] = Field(min_length=1)
    """The outcomes after which it leaves."""
    channels: tuple[Channel, ...] = Field(default=(Channel.SMS, Channel.EMAIL, Channel.FILE), min_length=1)
    """The cheapest first."""
    within_days: int = Field(default=3, ge=0, le=7)
    """The case stays open at most so many days for an hour at which it may leave; then it closes without it."""


class BureauTerms(Model):
    """When a credit bureau is told that an account is past due, and how the customer hears of it before."""

    report_from_dpd: int = Field(ge=1)
    """Nothing is reported before so many contractual days past due; the rule pack may ask for more."""
    notice_days: int = Field(default=14, ge=1, le=90)
    """So many whole days lie at least between the notice and the report; the rule pack may ask for more."""
    answer_within_days: int = Field(default=5, ge=1, le=60)
    """The bureau has so many days to answer; then a person looks."""
    channels: tuple[Channel, ...] = Field(default=(Channel.LETTER, Channel.EMAIL, Channel.FILE), min_length=1)
    """Of the notice, the cheapest first."""

    @model_validator(mode="after")
    def _gives_a_notice(self) -> BureauTerms:
        if {Channel.CALL, Channel.VISIT} & set(self.channels):
            raise ValueError("a call or a visit gives nobody a notice of a report: name channels that write")
        return self


class Strategy(Growing):
    """The ladder and its limits. ``version`` grows with every change; a case keeps the one that it was opened with."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        (
            *("causes", "promises", "plans", "offers", "incentives", "disputes", "hardship", "thanks", "bureau"),
            "re_age",
        )
    )
    name: Slug
    version: int = Field(ge=1)
    title: str
    rules: str
    """Name of the rule pack that this strategy was made for."""
    send_at: time
    """Local time of day at which a notice that is due leaves."""
    days_between: int = Field(ge=0)
    """Least gap: so many whole days lie between two notices (2: Monday, then Thursday)."""
    most_attempts: int = Field(ge=1)
    """The most notices tried in one episode, failed ones included."""
    least_amount: dict[CurrencyCode, Decimal] = Field(default_factory=dict)
    """Below this past-due amount no notice leaves; a currency that is not named has no least amount."""
    fresh_within_hours: int = Field(default=24, ge=1)
    """No notice leaves while the bank's feed is older than this."""
    spread_minutes: int = Field(default=60, ge=0, le=720)
    """What was kept back leaves within so many minutes after the slot or opening that it waits for, each at its own."""
    ladder: tuple[LadderStep, ...] = Field(min_length=1)
    causes: dict[Cause, CausePath] | None = None
    """Where each cause leads that a contact brings to light; one that is not named is only kept."""
    promises: Promises | None = None
    """None: no promise is taken."""
    plans: Plans | None = None
    """None: no plan is agreed."""
    offers: OfferBook | None = None
    """None: nothing is offered."""
    incentives: tuple[Incentive, ...] | None = None
    """None: nothing is given but by an offer."""
    disputes: DisputeTerms | None = None
    """None: the days of the house."""
    hardship: HardshipTerms | None = None
    """None: the bounds of the house."""
    thanks: Thanks | None = None
    """None: nobody is thanked."""
    bureau: BureauTerms | None = None
    """None: nothing is reported to a credit bureau."""
    re_age: ReAgeTerms | None = None
    """None: no account is re-aged."""

    @property
    def messages(self) -> tuple[tuple[str, tuple[Channel, ...]], ...]:
        """The notice and the channels of everything that is sent by it: the ladder, and what follows it."""
        sent = [(step.notice, step.channels) for step in self.ladder]
        if self.promises is not None and self.promises.remind_days_before is not None:
            sent.append((PROMISE_REMINDER, self.promises.channels))
        if self.plans is not None:
            sent += [(notice, self.plans.channels) for notice in PLAN_NOTICES]
        if self.thanks is not None:
            sent.append((THANK_YOU, self.thanks.channels))
        if self.bureau is not None:
            sent.append((BUREAU_NOTICE, self.bureau.channels))
        return tuple(sent)

    @model_validator(mode="after")
    def _steps_are_in_order(self) -> Strategy:
        if len({step.id for step in self.ladder}) != len(self.ladder):
            raise ValueError("two steps of the ladder have the same id")
        for step in self.ladder:
            if step.id in BESIDE_THE_LADDER:
                raise ValueError(f"{step.id} is no step of a ladder: it follows what was agreed or reached")
        if len({each.id for each in self.incentives or ()}) != len(self.incentives or ()):
            raise ValueError("two incentives have the same id")
        if isinstance(self.ladder[0].due, AfterPrevious):
            raise ValueError("the first step has no notice before it: after_previous is not possible there")
        days = [step.due.days for step in self.ladder if not isinstance(step.due, AfterPrevious)]
        if days != sorted(days):
            raise ValueError("the days of the ladder's steps must not fall")
        return self


class PolicyRef(Model):
    """A pinned policy: the name and version that people use, and the digest of its content."""

    name: str
    version: int
    digest: str

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
