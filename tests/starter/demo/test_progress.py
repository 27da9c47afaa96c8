"""What a demo says while it runs, on a terminal and elsewhere."""

import io

import pytest
from rich.console import Console

from starter.demo.follow import Progress
from starter.demo.progress import choice_in_words, progress_bar, reading
from starter.demo.window import Choice, Chosen


def console(terminal: bool) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=terminal, width=120), text


def progress(at_rest: int, day: int = 7) -> Progress:
    stages = {"reminding": 20 - at_rest, "closed": at_rest}
    return Progress(started=20, cases=20, by_stage=stages, messages=31, day=day, days=180, at_rest=at_rest)


def test_without_a_terminal_each_tenth_is_one_line() -> None:
    lines, text = console(terminal=False)

    with progress_bar(lines) as show:
        for at_rest in (0, 0, 1, 2, 3, 20, 20):
            show(progress(at_rest))

    assert text.getvalue().splitlines() == [
        "day 7/180: 20/20 cases started: 0 closed, 20 reminding; 31 messages",
        "day 7/180: 20/20 cases started: 2 closed, 18 reminding; 31 messages",
        "day 7/180: 20/20 cases started: 20 closed, 0 reminding; 31 messages",
    ]


def test_on_a_terminal_a_bar_shows_day_cases_and_messages() -> None:
    bar, text = console(terminal=True)

    with progress_bar(bar) as show:
        show(progress(5, day=42))

    assert "42/180" in text.getvalue()
    assert "20/20 cases started: 5 closed, 15 reminding; 31 messages" in text.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_reading_passes_every_account_on_and_says_what_it_reads(terminal: bool) -> None:
    words, text = console(terminal)

    assert list(reading(words, "a portfolio", range(1_200))) == list(range(1_200))
    assert "choosing accounts: a portfolio" in text.getvalue()


def test_fewer_accounts_than_asked_for_are_told() -> None:
    none: list[Chosen] = []

    assert choice_in_words(Choice(none, 12, 3_000), 300, 90) == (
        "3,000 accounts read, 12 past due within 90 days: fewer than --cases 300, so all of them are run"
    )
    assert choice_in_words(Choice(none, 1_234, 3_000), 1_234, 90) == (
        "3,000 accounts read, 1,234 past due within 90 days: 0 of them are run"
    )
