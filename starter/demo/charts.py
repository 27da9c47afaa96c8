"""Geometry of the page's charts: lengths in per cent of the plot, so that one drawing fits every width.

The template draws them; text keeps its size, because no drawing is scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from domain.model.money import decimal_places
from starter.demo import wording
from starter.demo.hooks import Figure, Figures, outcomes_in_order
from starter.demo.report import PastDue, Report

_LONGEST_LABEL = 30
_MOST_MONTH_LABELS = 7
_MOST_INTERVALS = 4
_LABEL_NEEDS = 9
"""A month is named when it takes at least this part of the axis (of 200 days, on longer ones)."""
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_SCALES = ((Decimal(10) ** 12, " tn"), (Decimal(10) ** 9, " bn"), (Decimal(10) ** 6, " M"), (Decimal(10) ** 3, " k"))


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: ``label`` is short enough for a narrow page, ``name`` is the whole."""

    kind: str
    name: str
    label: str
    length: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Column:
    """A column of a histogram."""

    band: str
    left: float
    width: float
    height: float
    figure: Figure

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 3)


@dataclass(frozen=True)
class Mark:
    """A place on an axis and what is written there (empty: nothing)."""

    at: float
    text: str


@dataclass(frozen=True)
class Point:
    """One day of the curve, from the left and from the top."""

    day: PastDue
    x: float
    y: float


@dataclass(frozen=True)
class Curve:
    """An amount over days: the points, levels of the upright axis, months of the other one."""

    points: tuple[Point, ...]
    levels: tuple[Mark, ...]
    month_starts: tuple[float, ...]
    month_labels: tuple[Mark, ...]
    marked: tuple[Point, ...]
    """First, highest and last day."""

    @property
    def line(self) -> str:
        """The path of the line in a field of 100 by 100."""
        return "M" + "L".join(f"{point.x:g} {point.y:g}" for point in self.points) + "H100"

    @property
    def day_width(self) -> float:
        return round(100 / max(len(self.points) - 1, 1), 3)


def outcome_bars(report: Report, figures: Figures) -> list[Bar]:
    """One bar an outcome; its length is the share of all cases."""
    return [
        _bar(outcome, wording.outcome_label(outcome), report.cases, (count, figures[f"{count.name}.percent"]))
        for outcome in outcomes_in_order(report)
        for count in (figures[f"outcomes.{outcome}"],)
    ]


def notice_bars(report: Report, figures: Figures) -> list[Bar]:
    """One bar for each step and channel, as long as its part of the longest."""
    most = max((row.sent for row in report.notices), default=0)
    return [
        _bar(
            "notice", wording.notice_label(row.step, row.channel), most, (figures[f"notices.{row.step}.{row.channel}"],)
        )
        for row in report.notices
    ]


def cure_columns(report: Report, figures: Figures) -> list[Column]:
    """One column a band of days to cure, as high as its part of the highest."""
    bands = report.days_to_cure.bands
    most = max((cases for *_, cases in bands), default=0)
    wide = 100 / max(len(bands), 1)
    return [
        Column(
            band=wording.band_name(first, last),
            left=round(wide * (i + 0.1), 3),
            width=round(wide * 0.8, 3),
            height=_percent(cases, most),
            figure=figures[f"days_to_cure.band.{wording.band_name(first, last)}"],
        )
        for i, (first, last, cases) in enumerate(bands)
    ]


def past_due_curve(days: Sequence[PastDue]) -> Curve | None:
    """The amount past due over time; None without a day."""
    if not days:
        return None
    levels = _levels(max(day.amount.amount for day in days), days[0].amount.currency)
    points = tuple(
        Point(day, _percent(i, max(len(days) - 1, 1)), round(100 - _percent(day.amount.amount, levels[-1]), 3))
        for i, day in enumerate(days)
    )
    starts = _month_starts(days[0].on, days[-1].on)
    span = max((days[-1].on - days[0].on).days, 1)
    highest = min(points, key=lambda point: point.y)
    return Curve(
        points=points,
        levels=tuple(Mark(round(100 - _percent(level, levels[-1]), 3), short_number(level)) for level in levels),
        month_starts=tuple(_percent((start - days[0].on).days, span) for start in starts),
        month_labels=tuple(_month_labels(days[0].on, days[-1].on, starts)),
        marked=tuple(dict.fromkeys((points[0], highest, points[-1]))),
    )


def short_number(number: Decimal) -> str:
    """A level of an axis in few signs: 2.5 M, 1,000 tn."""
    scale, sign = next(((scale, sign) for scale, sign in _SCALES if number >= scale), (Decimal(1), ""))
    return f"{(number / scale).normalize():,f}{sign}"


def _bar(kind: str, name: str, most: int, figures: tuple[Figure, ...]) -> Bar:
    label = name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1].rstrip()}…"
    return Bar(kind, name, label, _percent(int(figures[0].value), most), figures)


def _percent(part: Decimal | int, whole: Decimal | int) -> float:
    return round(float(100 * part / whole), 3) if whole else 0.0


def _levels(most: Decimal, currency: str) -> list[Decimal]:
    """Round levels from nothing to at least ``most``, the steps between them no smaller than the minor unit."""
    top = most or Decimal(1)
    least = max(top / _MOST_INTERVALS, Decimal(1).scaleb(-decimal_places(currency)))
    power = Decimal(1).scaleb(least.adjusted())
    step = next(nice * power for nice in _NICE if nice * power >= least)
    return [step * i for i in range(int((top / step).to_integral_value(ROUND_CEILING)) + 1)]


def _month_starts(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=i) for i in range(1, (last - first).days + 1))
    return [day for day in days if day.day == 1]


def _month_labels(first: date, last: date, starts: Sequence[date]) -> list[Mark]:
    edges = [first, *starts, last]
    span = max((last - first).days, 1)
    months = [(a, b) for a, b in pairwise(edges) if (b - a).days * _LABEL_NEEDS >= min(span, 200)]
    every = -(-len(months) // _MOST_MONTH_LABELS) or 1
    return [Mark(_percent((a - first).days * 2 + (b - a).days, 2 * span), f"{a:%b}") for a, b in months[::every]]
