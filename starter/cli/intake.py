"""`duecourse intake FILE`: the bank's file in the portfolio format, into the ledger and to the cases."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.model.feed import FeedPass
from ledger import changes
from ledger.engine import Ledger, open_ledger
from ledger.importers import intake as core
from ledger.importers.batches import Asks
from ledger.importers.intake import Beginning, Source, source_of
from ledger.importers.rejects import Rejects
from ledger.intakes import Intake
from policies import Policies
from starter import addresses
from starter.allocation import PackAllocation
from starter.cli.imports import BadRows, FileArgument, LedgerOption, StrictOption
from starter.cli.intake_words import begins, cases_in_words, in_words
from starter.cli.options import JsonOption
from starter.cli.progress import progress
from starter.intake import CasesTold, tell_cases
from starter.settings import Settings, load_settings

RejectsOption = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="PATH", help="Where bad rows are named; default: FILE.rejects.csv."),
]
NoCasesOption = Annotated[bool, typer.Option("--no-cases", help="Leave it to the feed to open and ring cases.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Check all against the ledger, write nothing.")]


def intake(
    file: FileArgument,
    rejects: RejectsOption = None,
    no_cases: NoCasesOption = False,
    dry_run: DryRunOption = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take accounts, customers, statements, payments and charges from a file (docs/portfolio-format.md), open cases.

    What is known already changes nothing. Cut off at any row, the same command goes on there. Bad rows are left out
    and named in a file of their own, by line, column and reason; the others are loaded and the exit code is 0. With
    --strict a single bad row refuses the file (exit code 2). Without a Temporal server the feed opens the cases later.
    """
    settings = load_settings()
    policies = Policies.named(settings.strategy)
    opened = open_ledger(ledger or settings.ledger)
    named = Rejects(rejects or file.with_name(f"{file.name}.rejects.csv"))
    source = source_of(file)
    named.refuse_unusable(file)
    with opened.read() as conn:
        start = core.beginning(conn, source, named, datetime.now(UTC))
    _say(begins(start, dry_run=dry_run, strict=strict))
    asks = Asks(PackAllocation(policies.rules), addresses, lambda: datetime.now(UTC))
    done = _taken(opened, source, start, asks, Chosen(dry_run, strict))
    told = None
    if not dry_run and not no_cases and ledger in (None, settings.ledger):
        told = _cases(settings, opened, policies)
    if as_json:
        print(json.dumps(_report(start, done, told, dry_run=dry_run)))
    else:
        print("\n".join([*in_words(done.counts, dry_run=dry_run), *_rejects_in_words(done), *cases_in_words(told)]))


@dataclass(frozen=True)
class Chosen:
    """How the file is to be taken."""

    dry_run: bool
    strict: bool


@dataclass(frozen=True)
class Done:
    """What came of it."""

    counts: Mapping[str, int]
    rejects: str | None
    bad: BadRows


def _taken(ledger: Ledger, source: Source, start: Beginning, asks: Asks, chosen: Chosen) -> Done:
    bad = BadRows()
    if start.taken_before and not chosen.dry_run:
        return _done(start.intake, bad)
    what = "checking" if chosen.dry_run else "loading"
    whole = chosen.dry_run or chosen.strict
    try:
        with progress(what, source.lines - (1 if whole else max(start.intake.line, 1))) as advance:
            if chosen.dry_run:
                counts = core.try_out(ledger, source, asks, bad.add, advance)
                return Done(counts.as_dict(), None, bad)
            load = core.take_strictly if chosen.strict else core.take
            return _done(load(ledger, source, start, asks, bad.add, advance), bad)
    finally:
        bad.tell(source.path)


def _done(intake: Intake, bad: BadRows) -> Done:
    return Done(intake.counts, intake.rejects if intake.reject_bytes else None, bad)


def _cases(settings: Settings, ledger: Ledger, policies: Policies) -> CasesTold:
    with ledger.read() as conn:
        waiting = changes.accounts_waiting(conn)
    seen = 0
    with progress("telling the cases", waiting) as advance:

        def tell(done: FeedPass) -> None:
            nonlocal seen
            now = done.rung + done.opened + done.watched + done.unheard
            advance(now - seen)
            seen = now

        return asyncio.run(tell_cases(settings, ledger, policies, tell))


def _rejects_in_words(done: Done) -> list[str]:
    return [f"bad rows are named in {done.rejects}"] if done.rejects else []


def _say(line: str | None) -> None:
    if line:
        print(line, file=sys.stderr)


def _report(start: Beginning, done: Done, told: CasesTold | None, *, dry_run: bool) -> dict[str, object]:
    cases = None if told is None else {**told.done.model_dump(mode="json"), "left_to_the_feed": told.later}
    return {
        **done.counts,
        "dry_run": dry_run,
        "taken_before": start.taken_before and not dry_run,
        "continued_at_line": start.intake.line + 1 if start.goes_on and not dry_run else None,
        "rejects": done.rejects,
        "first_bad_rows": [asdict(row) for row in done.bad.first],
        "cases": cases,
    }
