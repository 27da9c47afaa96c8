"""`duecourse mandate …`: by which customers let the bank debit an account: given, ended, listed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from ledger import cases, mandates
from ledger.codes import code
from ledger.mandates import Mandate
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, ReasonOption, before, new_id, opened, print_table, tell_cases
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import money_of

app = typer.Typer(no_args_is_help=True)

MandateArgument = Annotated[str, typer.Argument(metavar="MANDATE_ID", help="As `mandate list` shows it.")]


@app.command()
def add(
    account: AccountArgument,
    token: Annotated[
        str, typer.Option(metavar="CODE", help="Your provider's reference of it; never the number of a bank account.")
    ],
    signed_on: Annotated[
        datetime, typer.Option("--signed", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="When it was.")
    ],
    evidence: Annotated[str, typer.Option(metavar="CODE", help="Reference of what was signed, in your system.")],
    by: ByOption,
    valid_from: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="First day; default: signing."
        ),
    ] = None,
    valid_until: Annotated[
        datetime | None,
        typer.Option("--until", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="Last day; default: none."),
    ] = None,
    most: Annotated[str | None, typer.Option(metavar="AMOUNT", help="The most that one debit may take.")] = None,
    mandate_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Name of the mandate; repeated, it is one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """A customer lets the bank debit an account of theirs for what this card account owes by its plan."""
    first = valid_from or signed_on
    given = Mandate(
        mandate_id=new_id("mandate", mandate_id),
        account_id=account,
        token=token,
        signed_on=signed_on.date(),
        valid_from=first.date(),
        valid_until=valid_until.date() if valid_until else None,
        most=None if most is None else money_of(account, most, None),
        evidence=evidence,
        given_by=code("--by", by),
        recorded_at=datetime.now(UTC),
    )
    with opened().write() as conn:
        new = mandates.add(conn, given)
        concerned = cases.open_row(conn, account) is not None
    if as_json:
        print(json.dumps({"new": new, **_as_json(given)}, indent=2))
        return
    done = f"given: mandate {given.mandate_id} for the account {account}, from {given.valid_from}"
    print(done if new else before(f"mandate {given.mandate_id}", "given"))
    tell_cases(int(concerned and new))


@app.command()
def end(mandate_id: MandateArgument, by: ByOption, reason: ReasonOption) -> None:
    """From now on nothing is debited by it: revoked, replaced, or given by mistake."""
    with opened().write() as conn:
        new = mandates.end(conn, mandate_id, datetime.now(UTC), by, reason)
        ended = mandates.get(conn, mandate_id)
        assert ended is not None, "it was ended just now, or before"
        concerned = cases.open_row(conn, ended.account_id) is not None
    print(f"ended: mandate {mandate_id}" if new else before(f"mandate {mandate_id}", "ended"))
    tell_cases(int(concerned and new))


@app.command("list")
def list_command(
    account: Annotated[str | None, typer.Argument(metavar="ACCOUNT", help="Only those for this account.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that ended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """The mandates that have not ended, the one signed last first."""
    with opened().read() as conn:
        found = mandates.listing(conn, limit, account, only_running=not every)
    if as_json:
        print(json.dumps([_as_json(row) for row in found], indent=2))
        return
    columns = ("mandate", "account", "token", "signed on", "runs", "at most", "ended")
    print_table(columns, [_row(row) for row in found], "no mandate was given")


def _row(row: Mandate) -> tuple[str, ...]:
    runs = f"from {row.valid_from}" + ("" if row.valid_until is None else f" until {row.valid_until}")
    most = "" if row.most is None else str(row.most)
    return row.mandate_id, row.account_id, row.token, str(row.signed_on), runs, most, row.end_reason or ""


def _as_json(row: Mandate) -> dict[str, object]:
    return {
        "mandate": row.mandate_id,
        "account": row.account_id,
        "token": row.token,
        "signed_on": str(row.signed_on),
        "valid_from": str(row.valid_from),
        "valid_until": str(row.valid_until) if row.valid_until else None,
        "most": None if row.most is None else str(row.most.amount),
        "currency": None if row.most is None else row.most.currency,
        "evidence": row.evidence,
        "given_by": row.given_by,
        "recorded_at": row.recorded_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "ended_by": row.ended_by,
        "end_reason": row.end_reason,
    }
