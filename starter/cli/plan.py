"""`duecourse plan …`: what a repayment plan would be, and the plan of a case: agreed, changed, shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.model.errors import InputError
from domain.model.plan import Rhythm
from domain.model.plan_requests import AcceptedHow, AgreePlan, EndPlan, MovePlan, SettlePlan, TellMiss
from domain.model.repayment import PlanCovers
from ledger import accounts
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.plan_offers import consider_command, offers_command
from starter.cli.plan_quote import quote_command
from starter.cli.requests import IdOption, SpokenByOption, ask_case, fresh_id, money_of
from starter.planned import PlanRow, plans_of

app = typer.Typer(no_args_is_help=True)
app.command("quote")(quote_command)
app.command("offers")(offers_command)
app.command("consider")(consider_command)

PlanArgument = Annotated[str, typer.Argument(metavar="PLAN_ID", help="As `plan show` names it.")]


@app.command()
def agree(
    account: AccountArgument,
    instalments: Annotated[int, typer.Option(metavar="N", help="How many instalments.")],
    first_on: Annotated[
        datetime,
        typer.Option("--from", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="Due date of the first one."),
    ],
    accepted: Annotated[AcceptedHow, typer.Option(help="How the customer accepted it.")],
    reference: Annotated[str, typer.Option(metavar="CODE", help="Of the agreement or the recording, in your system.")],
    by: ByOption,
    accepted_on: Annotated[
        datetime | None,
        typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="When they did; default: today."),
    ] = None,
    covers: Annotated[PlanCovers, typer.Option(help="All that is owed, or what is past due.")] = PlanCovers.BALANCE,
    every: Annotated[Rhythm, typer.Option(help="How often one falls due.")] = Rhythm.MONTH,
    rate: Annotated[str, typer.Option(metavar="PERCENT", help="Nominal annual rate; 0: the interest stops.")] = "0",
    contract_rate: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="That of the card's contract, for rules that compare with it.")
    ] = None,
    fees: Annotated[str | None, typer.Option(metavar="AMOUNT", help="Fees in all; default: none.")] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="What instalments are multiples of; default: what cash allows.")
    ] = None,
    term: Annotated[
        list[str] | None, typer.Option(metavar="ITEM", help="What the agreement states; may be given several times.")
    ] = None,
    ability_report: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The report of what the customer can pay, as `person show` lists it."),
    ] = None,
    willing: Annotated[
        bool, typer.Option("--willing", help="The customer said that they want to repay by it.")
    ] = False,
    replaces: Annotated[
        str | None, typer.Option(metavar="PLAN_ID", help="The plan that runs, of which this is a new version.")
    ] = None,
    offer: Annotated[
        str | None, typer.Option(metavar="ID", help="The agreed offer that is signed by it, as `offer list` names it.")
    ] = None,
    spoken_by: SpokenByOption = None,
    approved_by: Annotated[
        str | None, typer.Option(metavar="OPERATOR", help="Who approved more than the customer can pay.")
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell that customer and bank agreed on a plan: from now on nobody is asked for money but by it."""
    given = {"fees": fees, "unit": unit}
    amounts = {name: None if text is None else money_of(account, text, None) for name, text in given.items()}
    rates = {"rate": _percent("--rate", rate), "contract_rate": _percent("--contract-rate", contract_rate)}
    ask_case(
        account,
        lambda name: AgreePlan(
            id=name,
            instalments=instalments,
            first_on=first_on.date(),
            accepted=accepted,
            accepted_on=accepted_on.date() if accepted_on else None,
            reference=reference,
            covers=covers,
            rhythm=every,
            terms=tuple(term or ()),
            ability_report=ability_report,
            willing=willing,
            replaces=replaces,
            offer=offer,
            by=by,
            approved_by=approved_by,
            spoken_by=spoken_by,
            **amounts,
            **rates,
        ),
        message_id or fresh_id("plan"),
        as_json,
    )


@app.command()
def move(
    account: AccountArgument,
    plan_id: PlanArgument,
    by: ByOption,
    periods: Annotated[int, typer.Option(metavar="N", help="By how many of the plan's own periods.")] = 1,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """A payment holiday: the next instalment moves, and the later ones with it."""
    ask_case(
        account,
        lambda name: MovePlan(id=name, plan_id=plan_id, periods=periods, by=by),
        message_id or fresh_id("move"),
        as_json,
    )


@app.command()
def settle(
    account: AccountArgument,
    plan_id: PlanArgument,
    by: ByOption,
    on: Annotated[
        datetime, typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="Paid until then it is over.")
    ],
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what ends the plan on a day; paid by then, it does."""
    ask_case(
        account,
        lambda name: SettlePlan(id=name, plan_id=plan_id, on=on.date(), by=by),
        message_id or fresh_id("settlement"),
        as_json,
    )


@app.command()
def told(
    account: AccountArgument,
    plan_id: PlanArgument,
    by: ByOption,
    reference: Annotated[str, typer.Option(metavar="CODE", help="Of the letter or the recording, in your system.")],
    on: Annotated[
        datetime | None,
        typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="When it was told; default: today."),
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """A person told the customer that an instalment is missing: from that day it can be made good."""
    day = on.date() if on else None
    ask_case(
        account,
        lambda name: TellMiss(id=name, plan_id=plan_id, on=day, reference=reference, by=by),
        message_id or fresh_id("told"),
        as_json,
    )


@app.command()
def end(
    account: AccountArgument,
    plan_id: PlanArgument,
    by: ByOption,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a plan by agreement: collection goes on."""
    ask_case(account, lambda name: EndPlan(id=name, plan_id=plan_id, by=by), message_id or fresh_id("end"), as_json)


@app.command()
def show(account: AccountArgument, as_json: JsonOption = False) -> None:
    """The plans of an account with all their versions: what was agreed, what was paid of it, what became of it."""
    with opened().read() as conn:
        zone = accounts.get_account(conn, account).zone
        now = datetime.now(UTC)
        found = plans_of(conn, account, local_day(now, zone), now)
    if as_json:
        print(json.dumps([row.as_json() for row in found], indent=2))
        return
    if not found:
        print("no repayment plan was agreed on this account")
    for row in found:
        _print(row)


def _print(row: PlanRow) -> None:
    print(f"plan {row.plan_id} ({row.key}, version {row.version}), {row.told}")
    columns = ("no", "due on", "amount", "paid")
    lines = [(str(no), str(line.due_on), _plain(line.amount), _plain(line.met)) for no, line in enumerate(row.lines, 1)]
    width = [max(len(line[at]) for line in lines) for at in range(len(columns))]
    print_table(columns, [[cell.rjust(width[at]) for at, cell in enumerate(line)] for line in lines], "no instalments")


def _plain(amount: object) -> str:
    return str(amount).rpartition(" ")[0]


def _percent(option: str, text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise InputError(f"{option}: {text!r} is no number: write digits and a point, such as 6.5") from error
