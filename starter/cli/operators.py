"""What the operator's commands have in common: who says it, under which id, and what the cases heard of it."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from domain.model.contact import Party
from domain.model.days import out_of_range
from domain.model.errors import InputError
from domain.model.names import Code
from ledger.codes import code
from ledger.engine import Ledger, open_ledger
from starter.settings import load_settings

_MOST_BYTES = 64_000
_ID: TypeAdapter[str] = TypeAdapter(Code)
HEARS = "its case hears of it from the feed"
"""What is printed after a change that concerns one open case."""
ByOption = Annotated[str, typer.Option("--by", metavar="OPERATOR", help="Who says so: a staff number or login.")]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="CODE", help="Why, as a code such as complaint-4711; no free text.")
]

PartyOption = Annotated[Party, typer.Option(help="Whom it is about.")]
PartyIdOption = Annotated[
    str | None,
    typer.Option("--party-id", metavar="CODE", help="Which person of that kind, where there may be several."),
]
AddressIdOption = Annotated[
    str | None,
    typer.Option(
        "--address-id", metavar="ID", help="The contact point's id, as `person show` lists it; never a number."
    ),
]


def opened() -> Ledger:
    """The ledger of the settings."""
    return open_ledger(load_settings().ledger)


def new_id(what: str, given: str | None) -> str:
    """The id that was given, or a new one."""
    return code("id", given) if given is not None else f"{what}-{uuid.uuid4()}"


def an_id(what: str, text: str) -> str:
    """The text, if it can be named in a request to a case; raises InputError otherwise, without repeating it."""
    try:
        return _ID.validate_python(text)
    except ValidationError:
        raise InputError(f"{what} is no id: write letters, digits and _ . : / -, a letter or digit first") from None


def before(what: str, done: str) -> str:
    """That a command changed nothing."""
    return f"nothing changed: {what} was {done} before"


def tell_cases(open_cases: int, *, quietly: bool = False) -> None:
    """Print in one line how many open cases this concerns, unless a program reads along: the feed lets them know."""
    if open_cases and not quietly:
        print(HEARS if open_cases == 1 else f"{open_cases:,} open cases hear of it from the feed")


def an_instant(what: str, text: str) -> datetime:
    """An instant as people write it, with its zone; raises InputError in one line."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{what}: write an instant with its zone, like 2026-03-01T18:00+08:00") from None
    if at.tzinfo is None:
        raise InputError(f"{what}: write the zone too, like {text.strip()}+08:00 or {text.strip()}Z")
    _in_range(what, at.date())
    return at


def a_date(what: str, text: str) -> date | None:
    """The text as a day; None when it is none."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    _in_range(what, day)
    return day


def _in_range(what: str, day: date) -> None:
    if why := out_of_range(day):
        raise InputError(f"{what}: {why}")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> None:
    """A table for people; ``none`` stands for one without rows."""
    if not rows:
        print(none)
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = 400  # a line of a file or a pipe is never broken
    console.print(table)


def from_stdin(what: str) -> str:
    """What somebody wrote to the standard input: personal data, which no argument, log or error may hold."""
    if sys.stdin.isatty():
        print(f"write {what}, then Ctrl-D on a line of its own", file=sys.stderr)
    given = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(given) > _MOST_BYTES:
        raise InputError(f"{what}: more than {_MOST_BYTES:,} bytes came")
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{what}: what came is no UTF-8 text") from None
