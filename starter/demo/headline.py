"""The report in one sentence, its figures kept apart from its words."""

from __future__ import annotations

from collections.abc import Iterator

from domain.model.case import Outcome
from starter.demo.hooks import Figure, Figures
from starter.demo.report import OPEN

Part = str | Figure


def headline(figures: Figures) -> tuple[Part, ...]:
    """What became of the cases."""
    withdrawn = figures[f"outcomes.{Outcome.WITHDRAWN}"]
    return (
        "Of ",
        figures["cases"],
        _ending(figures["cases"], " overdue account, ", " overdue accounts, "),
        *_cured(figures),
        *_counted(figures[f"outcomes.{Outcome.CLEARED_BY_STATUS}"], "cleared by the bank's status"),
        *((", ", *_counted(withdrawn, "withdrawn")) if withdrawn.value != "0" else ()),
        ", and ",
        *_counted(figures[f"outcomes.{OPEN}"], "still open at the end of the data, "),
        figures["last_day"],
        ".",
    )


def plain(parts: tuple[Part, ...]) -> str:
    """The sentence as text."""
    return "".join(part if isinstance(part, str) else part.text for part in parts)


def _cured(figures: Figures) -> Iterator[Part]:
    cured, median = figures["total.cured_by_payment"], figures["days_to_cure.median"]
    yield from _counted(cured, "cured by payment")
    if median.value:
        yield _ending(cured, ", within ", ", half of them within ")
        yield median
        yield _ending(median, " day", " days")
    yield "; "


def _counted(figure: Figure, what: str) -> tuple[Part, ...]:
    return figure, _ending(figure, " was ", " were "), what


def _ending(figure: Figure, one: str, many: str) -> str:
    return one if figure.value == "1" else many
