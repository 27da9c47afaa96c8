"""`duecourse complaint …`: what customers object to, its clock, and its answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.model.complaints import AnswerComplaint, Complain, ComplaintOutcome, ExtendComplaint
from ledger import accounts, cases, complaints
from ledger.complaints import ComplaintStep
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, ReasonOption, opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import IdOption, ask_case, fresh_id

app = typer.Typer(no_args_is_help=True)

ComplaintArgument = Annotated[str, typer.Argument(metavar="COMPLAINT_ID", help="As `complaint list` names it.")]
ReferenceOption = Annotated[
    str | None, typer.Option(metavar="CODE", help="Of the letter, message or recording, in your own system.")
]


@app.command("add")
def add(
    account: AccountArgument,
    received_on: Annotated[
        datetime | None,
        typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="When it came in; default: today."),
    ] = None,
    about: Annotated[str | None, typer.Option(metavar="CODE", help="Whom it is about: they do not answer it.")] = None,
    reference: ReferenceOption = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """A customer complains: the answer tells by when it is due. Contact waits where the rules say so."""
    day = received_on.date() if received_on else None
    ask_case(
        account,
        lambda name: Complain(id=name, received_on=day, about=about, reference=reference),
        message_id or fresh_id("complaint"),
        as_json,
    )


@app.command()
def extend(
    account: AccountArgument,
    complaint_id: ComplaintArgument,
    reason: ReasonOption,
    approved_by: Annotated[
        str | None, typer.Option(metavar="OPERATOR", help="Who approved it, where the rules ask for that.")
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put off the day of the answer, as far as the rules let anybody."""
    ask_case(
        account,
        lambda name: ExtendComplaint(id=name, complaint_id=complaint_id, reason=reason, approved_by=approved_by),
        message_id or fresh_id("extension"),
        as_json,
    )


@app.command()
def answer(
    account: AccountArgument,
    complaint_id: ComplaintArgument,
    outcome: Annotated[ComplaintOutcome, typer.Option(help="What the bank says, or that it was withdrawn.")],
    by: ByOption,
    reference: ReferenceOption = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a complaint: by somebody whom it is not about. What waited for it goes on."""
    ask_case(
        account,
        lambda name: AnswerComplaint(id=name, complaint_id=complaint_id, outcome=outcome, by=by, reference=reference),
        message_id or fresh_id("answer"),
        as_json,
    )


@app.command("list")
def list_command(account: AccountArgument, as_json: JsonOption = False) -> None:
    """The complaints about an account, of all its cases, with every step."""
    with opened().read() as conn:
        zone = accounts.get_account(conn, account).zone
        steps = [step for row in cases.episodes(conn, account) for step in complaints.of_case(conn, row.case_id)]
    if as_json:
        print(json.dumps([_as_json(step) for step in steps], indent=2))
        return
    today = local_day(datetime.now(UTC), zone)
    answered = {step.complaint_id for step in steps if step.outcome is not None}
    rows = [
        (
            step.complaint_id,
            step.step,
            str(step.received_on),
            f"{step.answer_by}{' (late)' if step.complaint_id not in answered and step.answer_by < today else ''}",
            step.about or "",
            step.outcome or step.reason or "",
            step.by or "",
        )
        for step in steps
    ]
    columns = ("complaint", "step", "came in", "answer by", "about", "outcome or reason", "by")
    print_table(columns, rows, "no complaints")


def _as_json(step: ComplaintStep) -> dict[str, object]:
    days = {"received_on": step.received_on.isoformat(), "answer_by": step.answer_by.isoformat()}
    names = ("complaint_id", "step", "about", "by", "reason", "outcome", "reference")
    said = {name: getattr(step, name) for name in names}
    return {"case": step.case_id, **said, **days, "recorded_at": step.recorded_at.isoformat()}
