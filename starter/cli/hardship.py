"""`duecourse hardship …`: what an assessment granted, and whether the advice helped."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.model.hardship import AssessHardship, FollowUp, FollowUpOutcome, HardshipOutcome
from ledger import accounts, cases, hardships
from ledger.hardships import HardshipStep
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import IdOption, ask_case, fresh_id

app = typer.Typer(no_args_is_help=True)


@app.command()
def assess(
    account: AccountArgument,
    outcome: Annotated[HardshipOutcome, typer.Option(help="What the assessment came to.")],
    by: ByOption,
    programme: Annotated[
        str | None, typer.Option(metavar="CODE", help="With granted: one of the strategy's for this cause.")
    ] = None,
    pause_until: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="With granted: the day on which contact may go on; default: the day of the review.",
        ),
    ] = None,
    review_on: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="With granted: when somebody looks again; default: the strategy's.",
        ),
    ] = None,
    evidence: Annotated[
        str | None, typer.Option(metavar="CODE", help="Reference of what shows it, in your own system.")
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what the assessment of a hardship came to: the pause goes on, or ends on the next business day."""
    until, review = (day.date() if day else None for day in (pause_until, review_on))
    ask_case(
        account,
        lambda name: AssessHardship(
            id=name,
            outcome=outcome,
            programme=programme,
            pause_until=until,
            review_on=review,
            by=by,
            evidence=evidence,
        ),
        message_id or fresh_id("assessment"),
        as_json,
    )


@app.command("follow-up")
def follow_up(
    account: AccountArgument,
    outcome: Annotated[FollowUpOutcome, typer.Option(help="What the customer says of the advice.")],
    by: ByOption,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell whether the advice helped that the customer was told of."""
    ask_case(account, lambda name: FollowUp(id=name, outcome=outcome, by=by), message_id or fresh_id("advice"), as_json)


@app.command("list")
def list_command(account: AccountArgument, as_json: JsonOption = False) -> None:
    """The hardships of an account, of all its cases, with every step."""
    with opened().read() as conn:
        zone = accounts.get_account(conn, account).zone
        steps = [step for row in cases.episodes(conn, account) for step in hardships.of_case(conn, row.case_id)]
    if as_json:
        print(json.dumps([_as_json(step) for step in steps], indent=2))
        return
    columns = ("cause", "step", "on", "outcome", "programme", "paused until", "review on", "by")
    print_table(columns, [_row(step, zone) for step in steps], "no hardship")


def _row(step: HardshipStep, zone: str) -> tuple[str, ...]:
    told = (step.outcome, step.hardship.programme, step.paused_until, step.hardship.review_on, step.by)
    return (
        step.hardship.cause.replace("_", " "),
        step.step.replace("_", " "),
        str(local_day(step.recorded_at, zone)),
        *(str(value or "") for value in told),
    )


def _as_json(step: HardshipStep) -> dict[str, object]:
    until = None if step.paused_until is None else step.paused_until.isoformat()
    said = {"step": step.step, "said": step.outcome, "by": step.by, "evidence": step.evidence, "paused_until": until}
    when = {"recorded_at": step.recorded_at.isoformat(), "goes_on": step.goes_on}
    return {"case": step.case_id, "message": step.message_id, **step.hardship.model_dump(mode="json"), **said, **when}
