"""The picture of a journey, made from the stages, outcomes and ladder that the code and the strategy have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from domain.model.case import NEXT_STAGES, Outcome, Stage
from domain.model.strategy import AfterPrevious, DaysPastDue, LadderStep, MonthEnd, Strategy
from policies import load_strategy
from starter.settings import load_settings


def journey(
    strategy: Annotated[str | None, typer.Option(help="Strategy; default: DUECOURSE_STRATEGY.")] = None,
) -> None:
    """Print the picture of a case's journey under a strategy, as a Mermaid diagram."""
    print(picture(load_strategy(strategy or load_settings().strategy)), end="")


def picture(strategy: Strategy) -> str:
    """A Mermaid state diagram: the stages of a case, and the notices of the ladder inside the reminding one."""
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _lines(strategy))]) + "\n"


def _lines(strategy: Strategy) -> Iterator[str]:
    yield f"[*] --> {Stage.WAITING}: started ahead"
    yield f"[*] --> {Stage.REMINDING}: past due"
    for stage, following in NEXT_STAGES.items():
        for after in following:
            yield f"{stage} --> {after}{': ' + _ends() if after is Stage.CLOSED else ''}"
    yield f"{Stage.CLOSED} --> [*]"
    yield f"state {Stage.REMINDING} {{"
    names = ["[*]", *(step.id.replace("-", "_") for step in strategy.ladder)]
    for before, name, step in zip(names, names[1:], strategy.ladder, strict=False):
        yield f"    {before} --> {name}: {_when(step)}"
    yield "}"


def _ends() -> str:
    return ", ".join(outcome.replace("_", " ") for outcome in Outcome)


def _when(step: LadderStep) -> str:
    match step.due:
        case DaysPastDue(days=days):
            return f"day {days}"
        case MonthEnd(days=days):
            return f"end of the month of day {days}"
        case AfterPrevious(days=days):
            return f"{days} days later"
