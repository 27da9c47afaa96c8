"""Prints the report of a demo as tables that fit a terminal of 80 columns; the page has the same figures day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rich import box
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from starter.demo import wording
from starter.demo.headline import calling, ground, headline, keeping, plain
from starter.demo.hooks import Figures, figures_of, highest_past_due, outcomes_in_order
from starter.demo.report import PastDue, Report

_WIDTH = 80
_BAR = 20


def print_report(report: Report, console: Console) -> None:
    """Print the whole report; of the days the first, each month's last, the highest and the last."""
    figures = figures_of(report)
    width = min(console.width, _WIDTH)
    console.print()
    console.print(Text(plain(headline(figures)), style="bold"), width=width)
    console.print(Text(plain(ground(report, figures))), width=width)
    console.print(Text(_origin(figures), style="dim"), width=width)
    for table in _tables(report, figures):
        console.print(table, width=width)
    console.print(Text(wording.AN_ACTION, style="dim"), width=width)
    if report.journeys:
        console.print(Text(wording.PLAYED), width=width)
    for sentence in (keeping(figures), calling(figures)):
        console.print(Text(plain(sentence)), width=width)
    console.print(Text(wording.audited(report.audit), style="bold"), width=width)


def _origin(figures: Figures) -> str:
    said = {name: figures[name].text for name in ("portfolio", "strategy", "seed", "wall_seconds")}
    window = f"{figures['first_day'].text} to {figures['last_day'].text}"
    made = f"Strategy {said['strategy']}, seed {said['seed']}, run in {said['wall_seconds']}"
    return f"{said['portfolio']}, {window}. {made}."


def _tables(report: Report, figures: Figures) -> Iterator[Table]:
    yield _key_figures(figures)
    yield _outcomes(report, figures)
    yield _days_to_cure(report, figures)
    if report.journeys:
        yield _journeys(report, figures)
    yield _notices(report, figures)
    if report.kept_back.rules:
        yield _kept_back(report, figures)
    if report.calls.rules:
        yield _calls(report, figures)
    yield _past_due(report, figures)
    yield _cost(figures)


def _key_figures(figures: Figures) -> Table:
    table = _table("Key figures", "")
    named = {
        "Cases": "cases",
        "Cured by payment": "total.cured_by_payment",
        "Messages sent": "total.notices",
        "Messages per case": "total.notices_per_case",
        "Median days to cure": "days_to_cure.median",
        "Middle half of days to cure, from": "days_to_cure.p25",
        "Middle half of days to cure, to": "days_to_cure.p75",
    }
    for label, name in named.items():
        table.add_row(label, figures[name].text)
    return table


def _outcomes(report: Report, figures: Figures) -> Table:
    table = _table("How the cases stood at the end", "Cases", "Per cent", bar=True)
    for outcome in outcomes_in_order(report):
        count, share = figures[f"outcomes.{outcome}"], figures[f"outcomes.{outcome}.percent"]
        table.add_row(Text(wording.outcome_label(outcome)), count.text, share.text, _bar(count.value, report.cases))
    return table


def _days_to_cure(report: Report, figures: Figures) -> Table:
    table = _table("Days from opening to cure by payment", "Cases", bar=True)
    for first, last, _ in report.days_to_cure.bands:
        band = wording.band_name(first, last)
        count = figures[f"days_to_cure.band.{band}"]
        table.add_row(f"{band} days", count.text, _bar(count.value, report.days_to_cure.cases))
    table.add_row("All", figures["days_to_cure.cases"].text, "")
    return table


def _notices(report: Report, figures: Figures) -> Table:
    table = _table("Messages by kind and channel", "Sent", bar=True)
    for row in report.notices:
        count = figures[f"notices.{row.step}.{row.channel}"]
        most = max(other.sent for other in report.notices)
        table.add_row(Text(wording.notice_label(row.step, row.channel)), count.text, _bar(count.value, most))
    table.add_row("All", figures["total.notices"].text, "")
    return table


def _journeys(report: Report, figures: Figures) -> Table:
    table = _table("Customers who were played", *wording.JOURNEY.values())
    for row in report.journeys:
        counts = (figures[f"journeys.{row.journey}.{name}"].text for name in wording.JOURNEY)
        table.add_row(Text(wording.journey_label(row.journey)), *counts)
    return table


def _kept_back(report: Report, figures: Figures) -> Table:
    table = _table("Contacts deferred or barred, by rule", *wording.KEPT_BACK.values())
    for rule in (*(f"{row.rule}." for row in report.kept_back.rules), ""):
        counts = (figures[f"kept_back.{rule}{name}"].text for name in wording.KEPT_BACK)
        table.add_row(Text(rule[:-1] or "All, each notice once"), *counts)
    return table


def _calls(report: Report, figures: Figures) -> Table:
    table = _table("Calls refused at the end, by rule", "Refused")
    for row in report.calls.rules:
        table.add_row(Text(f"{row.rule}: {row.why}"), figures[f"calls.{row.rule}.refused"].text)
    table.add_row("All, each call once", figures["calls.refused"].text)
    return table


def _past_due(report: Report, figures: Figures) -> Table:
    table = _table("Past due at the end of", "Amount", "Accounts", "")
    highest = highest_past_due(report)
    for day in _days_to_show(report, highest):
        name = f"past_due.{day.on.isoformat()}"
        note = "highest" if day == highest else ""
        table.add_row(wording.day_text(day.on), figures[f"{name}.amount"].text, figures[f"{name}.accounts"].text, note)
    return table


def _days_to_show(report: Report, highest: PastDue | None) -> list[PastDue]:
    ends = {report.past_due[0].on, report.past_due[-1].on} if report.past_due else set()
    return [day for day in report.past_due if day.on in ends or day == highest or (day.on + timedelta(days=1)).day == 1]


def _cost(figures: Figures) -> Table:
    table = _table("What one case cost the engine", *wording.SPREAD)
    for row, title in wording.COSTS.items():
        table.add_row(title, *(figures[f"cost.{row}.{part}"].text for part in wording.SPREAD))
    return table


def _table(title: str, *columns: str, bar: bool = False) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, header_style="bold")
    table.add_column(title, ratio=1, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    if bar:
        table.add_column("", width=_BAR)
    return table


def _bar(value: str, whole: int) -> ProgressBar:
    return ProgressBar(
        total=max(whole, 1), completed=int(value), width=_BAR, complete_style="cyan", finished_style="cyan"
    )
