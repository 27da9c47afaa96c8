"""Live progress of a demo, on standard error: accounts read, then cases by stage, messages, days."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from starter.demo.follow import Progress
from starter.demo.window import Choice

T = TypeVar("T")

_TOLD_EVERY = 500


def reading(console: Console, name: str, accounts: Iterable[T]) -> Iterator[T]:
    """The same accounts, one by one, while a terminal shows how many were read."""
    if not console.is_terminal:
        console.print(f"choosing accounts: {name}", soft_wrap=True, highlight=False)
    with console.status(f"choosing accounts: {name}") as status:
        for number, account in enumerate(accounts, 1):
            if number % _TOLD_EVERY == 0:
                status.update(f"choosing accounts: {name}, {number:,} read")
            yield account


def choice_in_words(choice: Choice, wanted: int | None, days: int) -> str:
    """How the accounts of a demo were chosen; says when there are fewer than were asked for."""
    found = f"{choice.read:,} accounts read, {choice.past_due:,} past due within {days} days: "
    if wanted is not None and choice.past_due < wanted:
        return f"{found}fewer than --cases {wanted}, so all of them are run"
    return f"{found}{len(choice.chosen):,} of them are run"


@contextlib.contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal; elsewhere a line whenever a tenth of the cases came to rest."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("day {task.fields[day]:>3}/{task.fields[days]}"),
        BarColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, TimeElapsedColumn(), console=console) as bar:
        task = bar.add_task("preparing", total=None, day=1, days="?")

        def show(now: Progress) -> None:
            bar.update(
                task, total=now.cases, completed=now.at_rest, description=_words(now), day=now.day, days=now.days
            )

        yield show


def _words(now: Progress) -> str:
    stages = ", ".join(f"{count} {stage}" for stage, count in sorted(now.by_stage.items()))
    return f"{now.started}/{now.cases} cases started: {stages or 'none yet'}; {now.messages} messages"


def _lines(console: Console) -> Callable[[Progress], None]:
    shown: set[int] = set()

    def show(now: Progress) -> None:
        tenth = now.at_rest * 10 // max(now.cases, 1)
        if tenth not in shown:
            shown.add(tenth)
            console.print(f"day {now.day}/{now.days}: {_words(now)}", soft_wrap=True)

    return show
