"""`duecourse dispute …`: what customers dispute, its clock, and its outcome."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.case.dispute_words import what
from domain.model.disputes import DisputeOutcome, ResolveDispute
from ledger import accounts, cases, disputes
from ledger.disputes import DisputeStep
from starter.cli.complaint import ReferenceOption
from starter.cli.days import DAY_FORMATS, some_days
from starter.cli.operators import ByOption, opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import IdOption, ask_case, fresh_id, money_of

app = typer.Typer(no_args_is_help=True)


@app.command()
def resolve(
    account: AccountArgument,
    dispute: Annotated[str, typer.Argument(metavar="DISPUTE_ID", help="As `dispute list` names it.")],
    outcome: Annotated[DisputeOutcome, typer.Option(help="What the bank says, or that it was withdrawn.")],
    by: ByOption,
    reference: ReferenceOption = None,
    amount: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="By which the bank corrects; default: all that is disputed.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Default: the account's.")] = None,
    corrected: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=some_days,
            metavar="DATE",
            help="With partly_upheld: due date of what is corrected; may be given several times.",
        ),
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how a dispute was resolved: by somebody whom it is not about. What follows is the answer."""
    money = None if amount is None else money_of(account, amount, currency)
    due_on = tuple(day.date() for day in corrected or ())
    ask_case(
        account,
        lambda name: ResolveDispute(
            id=name,
            dispute=dispute,
            outcome=outcome,
            by=by,
            reference=reference,
            amount=money,
            corrected_due_on=due_on,
        ),
        message_id or fresh_id("outcome"),
        as_json,
    )


@app.command("list")
def list_command(account: AccountArgument, as_json: JsonOption = False) -> None:
    """The disputes about an account, of all its cases, with every step."""
    with opened().read() as conn:
        zone = accounts.get_account(conn, account).zone
        steps = [step for row in cases.episodes(conn, account) for step in disputes.of_case(conn, row.case_id)]
    if as_json:
        print(json.dumps([_as_json(step) for step in steps], indent=2))
        return
    columns = ("dispute", "step", "on", "disputed", "by day", "outcome", "correction", "by")
    print_table(columns, [_row(step, zone) for step in steps], "no disputes")


def _row(step: DisputeStep, zone: str) -> tuple[str, ...]:
    dispute = step.dispute
    late = step.goes_on and dispute.resolve_by < local_day(datetime.now(UTC), zone)
    return (
        dispute.id,
        step.step,
        str(local_day(step.recorded_at, zone)),
        what(dispute),
        f"{dispute.resolve_by}{' (late)' if late else ''}",
        dispute.outcome or "",
        str(dispute.correction or ""),
        step.by or "",
    )


def _as_json(step: DisputeStep) -> dict[str, object]:
    said = {"step": step.step, "goes_on": step.goes_on, "by": step.by, "reference": step.reference}
    resumes_on = None if step.resumes_on is None else step.resumes_on.isoformat()
    when = {"recorded_at": step.recorded_at.isoformat(), "resumes_on": resumes_on}
    return {"case": step.case_id, **step.dispute.model_dump(mode="json"), **said, **when}
