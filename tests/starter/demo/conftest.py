"""Two made-up reports: one like a real demo, one at the edges."""

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain.model.case import Outcome
from domain.model.money import Money
from domain.model.strategy import Channel
from starter.demo.report import (
    OPEN,
    AuditCount,
    Calls,
    CostPerCase,
    DaysToCure,
    JourneyCount,
    KeptBack,
    KeptBackByRule,
    NoticeCount,
    OutcomeCount,
    PastDue,
    RefusedByRule,
    Report,
    Setting,
    Spread,
)

HOSTILE = """<script>alert("1")</script> & 'co' [bold]x[/bold]"""
RULES = tuple(
    KeptBackByRule(rule=rule, why=why, source=source, deferred=deferred, left_later=left, barred=barred)
    for rule, why, source, deferred, left, barred in (
        ("base.customer_hours", "it is outside of the hours of contact", "The rules of the house", 1_161, 98, 0),
        ("base.keyword", "the customer wants no more of these messages", "The rules of the house", 0, 0, 31),
        ("cn.day", "it is outside of the hours of contact", "Guideline, article not seen", 1_159, 97, 6),
        ("stop.an-operators-own-name-of-some-forty-signs", "an <operator> stopped contact", HOSTILE, 2, 1, 0),
    )
)
REFUSED = tuple(
    RefusedByRule(rule=rule, why=why, source=source, refused=refused)
    for rule, why, source, refused in (
        ("cn.effective_calls", "at most 3 conversations in a day", "GB/T 45251-2025, clause not seen", 1_040),
        ("stop.agency-north", "an <operator> stopped contact", HOSTILE, 26),
    )
)


@pytest.fixture
def normal() -> Report:
    """1,300 accounts followed for 180 days."""
    return Report(
        portfolio="Credit cards, generated",
        strategy="card-standard v1",
        rules="cn v1",
        setting=Setting(
            rules_title="China, credit cards",
            reviewed=False,
            production=False,
            made_for_country="CN",
            made_for_currency="CNY",
            currency="TWD",
            zones=("Asia/Taipei",),
            countries=("TW",),
        ),
        seed=7,
        cases=1_300,
        first_day=date(2005, 5, 5),
        last_day=date(2005, 10, 31),
        wall_seconds=84.2,
        outcomes=(
            OutcomeCount(outcome=Outcome.CURED, cases=771),
            OutcomeCount(outcome=Outcome.CLEARED_BY_STATUS, cases=238),
            OutcomeCount(outcome=Outcome.PAID_IN_FULL, cases=9),
            OutcomeCount(outcome=Outcome.WITHDRAWN, cases=2),
            OutcomeCount(outcome=OPEN, cases=280),
        ),
        days_to_cure=DaysToCure(
            cases=780,
            p25=9,
            median=22,
            p75=53,
            bands=((0, 7, 151), (8, 14, 144), (15, 30, 232), (31, 60, 157), (61, 90, 80), (91, None, 16)),
        ),
        notices=(
            NoticeCount(step="reminder", channel=Channel.FILE, sent=1_284),
            NoticeCount(step="second-reminder", channel=Channel.FILE, sent=1_022),
            NoticeCount(step="overdue-notice", channel=Channel.FILE, sent=641),
            NoticeCount(step="firm-notice", channel=Channel.FILE, sent=377),
            NoticeCount(step="offer-to-talk", channel=Channel.FILE, sent=42),
            NoticeCount(step="final-notice", channel=Channel.FILE, sent=12),
        ),
        kept_back=KeptBack(persons=254, deferred=1_161, left_later=98, barred=37, rules=RULES),
        calls=Calls(cases=20, asked=1_120, permitted=55, conversations=38, refused=1_065, rules=REFUSED),
        journeys=(
            JourneyCount(journey="keeps-promise", of_a_hundred=6, customers=78, called=76, ended=74, open=4),
            JourneyCount(
                journey="an-unheard-<of>-one", of_a_hundred=1, customers=1_013, called=1_002, ended=0, open=11
            ),
        ),
        past_due=tuple(_day(i) for i in range(180)),
        audit=AuditCount(contacts=900, breaches=0, chains=301, tampered=0),
        cost=CostPerCase(
            actions=Spread(p50=13, p95=27, max=41),
            events=Spread(p50=42, p95=96, max=151),
            history_bytes=Spread(p50=18_412, p95=44_870, max=81_003),
        ),
    )


@pytest.fixture
def extreme() -> Report:
    """One case of one day, no cure, a huge amount of a currency without decimal places, hostile names."""
    long_step = "a-very-long-step-of-some-forty-charactersx"
    return Report(
        portfolio=HOSTILE,
        strategy="</style><b>v1",
        rules='"onload="x',
        setting=Setting(
            rules_title="<b>Rules</b>",
            reviewed=True,
            production=True,
            made_for_country=None,
            made_for_currency=None,
            currency="JPY",
            zones=("America/Argentina/ComodRivadavia", "America/North_Dakota/New_Salem", "Asia/Tokyo"),
            countries=("AR", "JP", "US"),
        ),
        seed=-1,
        cases=1,
        first_day=date(2024, 2, 29),
        last_day=date(2024, 2, 29),
        wall_seconds=123_456.78,
        outcomes=(OutcomeCount(outcome=OPEN, cases=1), OutcomeCount(outcome="unheard_<of>", cases=0)),
        days_to_cure=DaysToCure(cases=0, p25=None, median=None, p75=None, bands=((0, 7, 0), (8, None, 0))),
        notices=(NoticeCount(step=long_step, channel=Channel.FILE, sent=9_876_543),),
        kept_back=KeptBack(persons=0, deferred=0, left_later=0, barred=0, rules=()),
        calls=Calls(cases=1, asked=1, permitted=1, conversations=1, refused=0, rules=()),
        journeys=(),
        past_due=(
            PastDue(
                on=date(2024, 2, 29), amount=Money(amount=Decimal(987_654_321_987_654), currency="JPY"), accounts=1
            ),
        ),
        audit=AuditCount(contacts=900, breaches=0, chains=301, tampered=0),
        cost=CostPerCase(
            actions=Spread(p50=1, p95=1, max=1),
            events=Spread(p50=0, p95=0, max=0),
            history_bytes=Spread(p50=1, p95=12_345_678, max=9_876_543_210),
        ),
    )


def _day(i: int) -> PastDue:
    minor = round(1e8 * (1.4 + 0.9 * math.sin(i / 31) + 0.004 * i)) + (i % 30) * 600_000
    amount = Money.of_minor(minor, "TWD")
    return PastDue(on=date(2005, 5, 5) + timedelta(days=i), amount=amount, accounts=150 + i // 3)
