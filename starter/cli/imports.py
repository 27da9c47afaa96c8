"""`duecourse ledger import …` and `generate`: portfolios that become ledgers."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.model.errors import InputError
from ledger import arrears
from ledger.engine import Ledger, open_ledger
from ledger.importers import generate, uci
from ledger.importers.intake import refusal
from ledger.importers.rows import BadRow, count_lines
from ledger.importers.writer import Stored, store_histories
from starter.cli.account_view import known_by
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.options import JsonOption
from starter.cli.progress import progress
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)
SHOWN_BAD_ROWS = 20

LedgerOption = Annotated[
    str | None, typer.Option("--ledger", metavar="URL", help="The ledger's address; default: DUECOURSE_LEDGER_URL.")
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Load nothing when a single row is bad.")]


@dataclass
class BadRows:
    """The bad rows of a file: all counted, the first ones kept."""

    count: int = 0
    first: list[BadRow] = field(default_factory=list)

    def add(self, row: BadRow) -> None:
        self.count += 1
        if len(self.first) < SHOWN_BAD_ROWS:
            self.first.append(row)

    def tell(self, path: Path) -> None:
        """Print them to the error stream."""
        for row in self.first:
            print(f"{path.name}, {row}", file=sys.stderr)
        if self.count > len(self.first):
            print(f"{path.name}: {self.count - len(self.first):,} more bad rows", file=sys.stderr)


@app.command("uci")
def import_uci(
    file: FileArgument,
    rebase: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="Move all dates by whole weeks: the last day of the data comes to DATE or at most six days before.",
        ),
    ] = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Import the real portfolio (UCI, default of credit card clients). Imported twice, nothing changes.

    Bad rows are told with line, column and reason, and left out; the others are loaded and the exit code is 0.
    With --strict a single bad row refuses the file (exit code 2).
    """
    shift = uci.shift_to(rebase.date()) if rebase else 0
    last_day = uci.calendar(shift).last_day
    opened = open_ledger(ledger or load_settings().ledger)
    if strict:
        _refuse_bad_rows(file)
    bad = BadRows()
    with progress("importing", count_lines(file) - 1) as advance:
        stored = store_histories(opened, uci.histories(file, bad.add, shift), last_day, advance)
    bad.tell(file)
    if not stored.read:
        raise InputError(f"{file}: no row can be loaded")
    report = {"rows": stored.read + bad.count, **_report(opened, stored, last_day), **_bad(bad)}
    _print(report, as_json)


def generate_command(
    accounts: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many accounts.")] = 3_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same accounts.")] = 1,
    last_day: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="Last day that the history tells of; default: today.",
        ),
    ] = None,
    months: Annotated[int, typer.Option(min=1, max=120, help="Statements of each account.")] = 6,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Make a portfolio with the payment behaviour of the real one. Made twice, nothing changes."""
    ends_on = last_day.date() if last_day else local_day(datetime.now(UTC), uci.ZONE)
    opened = open_ledger(ledger or load_settings().ledger)
    with progress("generating", accounts) as advance:
        histories = generate.generate_portfolio(accounts, seed, ends_on, months)
        stored = store_histories(opened, histories, ends_on, advance)
    _print(_report(opened, stored, ends_on), as_json)


def _report(ledger: Ledger, stored: Stored, last_day: date) -> dict[str, object]:
    with ledger.read() as conn:
        figures = arrears.portfolio_arrears(conn, last_day, known_by(last_day, datetime.now(UTC)), uci.CURRENCY)
    return {
        "accounts": stored.read,
        "new_accounts": stored.new,
        "statements": stored.statements,
        "obligations": stored.obligations,
        "entries": stored.entries,
        "account_months_cut": stored.cut_months,
        "obligations_cleared_by_status": stored.cleared_by_status,
        "history_ends_on": last_day.isoformat(),
        "accounts_past_due": figures.accounts_past_due,
        "stated_late_nothing_owed": figures.stated_late_nothing_owed,
    }


def _refuse_bad_rows(file: Path) -> None:
    bad = BadRows()
    for _ in uci.histories(file, bad.add):
        pass
    if bad.count:
        bad.tell(file)
        raise InputError(refusal(file, bad.count))


def _bad(bad: BadRows) -> dict[str, object]:
    return {"bad_rows": bad.count, "first_bad_rows": [asdict(row) for row in bad.first]}


def _print(report: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        if not isinstance(value, list):
            shown = f"{value:,}" if isinstance(value, int) else value
            print(f"{name.replace('_', ' '):32} {shown}")
