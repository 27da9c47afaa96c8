"""`duecourse person ability`: what a household can pay, from the statement that the customer gave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from starter.cli.operators import ByOption, an_id, new_id, opened
from starter.cli.options import AccountArgument, JsonOption
from starter.household import Assessment, Taken, assess, read_statement

FileArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The statement, YAML or JSON (docs/ability.md).", show_default=False),
]


def ability(
    account: AccountArgument,
    file: FileArgument,
    by: ByOption,
    report_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Name of the report; repeated, it is one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Assess what a customer can pay in a month on all accounts at this bank, and keep it as a new version."""
    statement, ledger = read_statement(file), opened()
    with ledger.write() as conn:
        taken = Taken(an_id("--id", new_id("ability", report_id)), by, datetime.now(UTC))
        found = assess(conn, account, statement, taken)
    if as_json:
        print(json.dumps({**found.report.model_dump(mode="json"), "left_out": found.left_out}, indent=2))
    else:
        print("\n".join(_in_words(found)))


def _in_words(assessment: Assessment) -> Iterator[str]:
    report = assessment.report
    found, said = report.ability, report.statement
    before = "" if assessment.new else " (recorded before)"
    yield f"ability report {report.report_id}, version {report.version} of {report.on}{before}"
    lines = [
        ("income", found.income),
        ("essentials", found.essentials),
        ("priority debts", found.priority_debts),
        ("left in a month", found.left),
        *((f"for {share.account_id}", share.monthly) for share in found.shares),
        *([("for debts elsewhere", found.elsewhere)] if said.other_debts else []),
        ("affordable here", found.at_this_bank),
    ]
    width = max(len(str(amount)) for _, amount in lines)
    yield from (f"  {name:<24} {amount!s:>{width}}" for name, amount in lines)
    if said.willingness is not None:
        yield f"  says                     {said.willingness}"
    if said.offers_monthly is not None:
        yield f"  offers in a month        {said.offers_monthly!s:>{width}}"
    if found.left.amount < 0:
        yield "  income does not cover what the household needs: no plan is affordable, look at hardship terms"
    if assessment.left_out:
        yield f"  not counted, in another currency: {', '.join(assessment.left_out)}"
