"""Every figure of a report by the name of its hook, as raw value and as people read it: page and terminal say the same.

The names are listed in ``starter.demo.page``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from domain.model.case import Outcome
from starter.demo.report import AuditCount, PastDue, Report
from starter.demo.wording import COSTS, JOURNEY, KEPT_BACK, NONE, OUTCOMES, SPREAD, band_name, day_text, reviewed

_BY_PAYMENT = (str(Outcome.CURED), str(Outcome.PAID_IN_FULL))


@dataclass(frozen=True)
class Figure:
    """One figure: the name of its hook, the raw value (empty: there is none), and what people read."""

    name: str
    value: str
    text: str


Figures = dict[str, Figure]


def figures_of(report: Report) -> Figures:
    """Every figure of the report and what is computed from them, by name."""
    parts = (
        _about,
        _setting,
        _outcomes,
        _totals,
        _days,
        _notices,
        _kept_back,
        _calls,
        _journeys,
        _past_due,
        _cost,
        _audit,
    )
    return {figure.name: figure for part in parts for figure in part(report)}


def highest_past_due(report: Report) -> PastDue | None:
    """The first of the days on which the most was past due."""
    return max(report.past_due, key=lambda day: day.amount, default=None)


def outcomes_in_order(report: Report) -> list[str]:
    """Every known outcome, of no case too, then what else the report names."""
    return list(dict.fromkeys([*OUTCOMES, *(str(row.outcome) for row in report.outcomes)]))


def _count(name: str, number: int | None) -> Figure:
    return Figure(name, "", NONE) if number is None else Figure(name, str(number), f"{number:,}")


def _day(name: str, day: date) -> Figure:
    return Figure(name, day.isoformat(), day_text(day))


def _ratio(name: str, part: int, whole: int, percent: bool) -> Figure:
    if not whole:
        return Figure(name, "", NONE)
    exact = Decimal(part * (100 if percent else 1)) / whole
    value = exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return Figure(name, str(value), f"{value:,}{'%' if percent else ''}")


def _about(report: Report) -> Iterator[Figure]:
    for name, text in (("portfolio", report.portfolio), ("strategy", report.strategy), ("rules", report.rules)):
        yield Figure(name, text, text)
    yield Figure("seed", str(report.seed), str(report.seed))
    yield _count("cases", report.cases)
    yield _day("first_day", report.first_day)
    yield _day("last_day", report.last_day)
    yield Figure("wall_seconds", str(report.wall_seconds), f"{report.wall_seconds:,.1f} s")


def _setting(report: Report) -> Iterator[Figure]:
    setting = report.setting
    said = {"rules.title": setting.rules_title, "rules.review": reviewed(setting), "currency": setting.currency}
    for name, text in (said | {"zones": ", ".join(setting.zones)}).items():
        yield Figure(name, text, text)


def _outcomes(report: Report) -> Iterator[Figure]:
    counts = {str(row.outcome): row.cases for row in report.outcomes}
    for outcome in outcomes_in_order(report):
        cases = counts.get(outcome, 0)
        yield _count(f"outcomes.{outcome}", cases)
        yield _ratio(f"outcomes.{outcome}.percent", cases, report.cases, percent=True)


def _totals(report: Report) -> Iterator[Figure]:
    cured = sum(row.cases for row in report.outcomes if str(row.outcome) in _BY_PAYMENT)
    sent = sum(row.sent for row in report.notices)
    yield _count("total.cured_by_payment", cured)
    yield _ratio("total.cured_by_payment.percent", cured, report.cases, percent=True)
    yield _count("total.notices", sent)
    yield _ratio("total.notices_per_case", sent, report.cases, percent=False)


def _days(report: Report) -> Iterator[Figure]:
    days = report.days_to_cure
    for name, number in (("cases", days.cases), ("p25", days.p25), ("median", days.median), ("p75", days.p75)):
        yield _count(f"days_to_cure.{name}", number)
    for first, last, cases in days.bands:
        yield _count(f"days_to_cure.band.{band_name(first, last)}", cases)


def _notices(report: Report) -> Iterator[Figure]:
    return (_count(f"notices.{row.step}.{row.channel}", row.sent) for row in report.notices)


def _kept_back(report: Report) -> Iterator[Figure]:
    kept = report.kept_back
    for name in ("persons", *KEPT_BACK):
        yield _count(f"kept_back.{name}", getattr(kept, name))
    for row in kept.rules:
        for name in KEPT_BACK:
            yield _count(f"kept_back.{row.rule}.{name}", getattr(row, name))


def _calls(report: Report) -> Iterator[Figure]:
    for name in ("cases", "asked", "permitted", "conversations", "refused"):
        yield _count(f"calls.{name}", getattr(report.calls, name))
    for row in report.calls.rules:
        yield _count(f"calls.{row.rule}.refused", row.refused)


def _journeys(report: Report) -> Iterator[Figure]:
    for row in report.journeys:
        for name in JOURNEY:
            yield _count(f"journeys.{row.journey}.{name}", getattr(row, name))


def _past_due(report: Report) -> Iterator[Figure]:
    for day in report.past_due:
        name = f"past_due.{day.on.isoformat()}"
        yield Figure(f"{name}.amount", str(day.amount.amount), str(day.amount))
        yield _count(f"{name}.accounts", day.accounts)
    if highest := highest_past_due(report):
        yield Figure("past_due.currency", highest.amount.currency, highest.amount.currency)
        yield _day("past_due.highest_on", highest.on)


def _cost(report: Report) -> Iterator[Figure]:
    for row in COSTS:
        spread = getattr(report.cost, row)
        for part in SPREAD:
            yield _count(f"cost.{row}.{part}", getattr(spread, part))


def _audit(report: Report) -> Iterator[Figure]:
    return (_count(f"audit.{name}", getattr(report.audit, name)) for name in AuditCount.model_fields)
