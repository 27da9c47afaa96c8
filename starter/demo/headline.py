"""The report in sentences, their figures kept apart from their words."""

from __future__ import annotations

from collections.abc import Iterator

from domain.model.case import Outcome
from starter.demo.hooks import Figure, Figures
from starter.demo.report import OPEN, Report
from starter.demo.wording import CALLS_MADE_UP, KEPT_BACK, MADE_UP, NOTHING_KEPT_BACK, elsewhere

Part = str | Figure


def headline(figures: Figures) -> tuple[Part, ...]:
    """What became of the cases."""
    others = {
        Outcome.PLAN_COMPLETED: "closed by a repayment plan that was kept",
        Outcome.SETTLED_FOR_LESS: "settled for less",
        Outcome.RE_AGED: "re-aged",
        Outcome.WITHDRAWN: "withdrawn",
    }
    return (
        "Of ",
        figures["cases"],
        _ending(figures["cases"], " overdue account, ", " overdue accounts, "),
        *_cured(figures),
        *_counted(figures[f"outcomes.{Outcome.CLEARED_BY_STATUS}"], "cleared by the bank's status"),
        *(part for outcome, what in others.items() for part in _where_any(figures[f"outcomes.{outcome}"], what)),
        ", and ",
        *_counted(figures[f"outcomes.{OPEN}"], "still open at the end of the data, "),
        figures["last_day"],
        ".",
    )


def ground(report: Report, figures: Figures) -> tuple[Part, ...]:
    """Under which rules, on which accounts, and by which clock."""
    return (
        *("Rules ", figures["rules"], " (", figures["rules.title"], "; ", figures["rules.review"], ")"),
        *(" on accounts in ", figures["currency"], " of ", figures["zones"]),
        "; times are those of the accounts' zone.",
        f" {elsewhere(report.setting)}".rstrip(),
    )


def keeping(figures: Figures) -> tuple[Part, ...]:
    """What rules of contact kept back, and whether customers told a wish."""
    return (*_kept_back(figures), " ", *_told(figures["kept_back.persons"]), f" {MADE_UP}")


def calling(figures: Figures) -> tuple[Part, ...]:
    """What became of the calls that were asked for at the end."""
    cases, asked, permitted = (figures[f"calls.{name}"] for name in ("cases", "asked", "permitted"))
    spoke, refused = figures["calls.conversations"], figures["calls.refused"]
    return (
        "At the end people of the bank and of two agencies asked for leave to make ",
        *(asked, _ending(asked, " call", " calls"), " about ", cases, _ending(cases, " open case: ", " open cases: ")),
        *(permitted, " permitted (", spoke, _ending(spoke, " conversation), ", " conversations), ")),
        *(refused, f" refused. {CALLS_MADE_UP}"),
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


def _kept_back(figures: Figures) -> tuple[Part, ...]:
    deferred, left, barred = (figures[f"kept_back.{name}"] for name in KEPT_BACK)
    if deferred.value == barred.value == "0":
        return (NOTHING_KEPT_BACK,)
    return (
        *(deferred, _ending(deferred, " notice was deferred (", " notices were deferred (")),
        *(left, " left later), ", *_counted(barred, "barred until something happens.")),
    )


def _told(persons: Figure) -> tuple[Part, ...]:
    if persons.value == "0":
        return ("No customer has told a wish (", persons, " on record).")
    who = _ending(persons, " customer", " customers")
    return ("Of ", persons, f"{who} a wish, an opt-out or a hold is on record.")


def _where_any(figure: Figure, what: str) -> tuple[Part, ...]:
    return () if figure.value == "0" else (", ", *_counted(figure, what))


def _counted(figure: Figure, what: str) -> tuple[Part, ...]:
    return figure, _ending(figure, " was ", " were "), what


def _ending(figure: Figure, one: str, many: str) -> str:
    return one if figure.value == "1" else many
