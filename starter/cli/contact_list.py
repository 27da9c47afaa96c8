"""`duecourse contact list`: permits for a day, for a list of accounts."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from domain.calendar import zone_of
from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, Party
from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Answer
from domain.model.permits import PermitState, RequestContact
from domain.model.strategy import Channel
from ledger import accounts
from ledger.engine import Ledger
from starter import contacts
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import opened, print_table, tell_cases
from starter.cli.options import JsonOption
from starter.cli.progress import progress
from starter.cli.requests import answered, made
from starter.connection import connect
from starter.settings import load_settings


@dataclass(frozen=True)
class Line:
    """One account of the list, and what its case answered; ``fault``: why nobody could be asked."""

    account_id: str
    answer: Answer | None = None
    fault: str | None = None
    zone: str = "UTC"
    state: PermitState | None = None
    """How far the permit came since it was given: a list may be asked for again."""


def list_command(
    day: Annotated[
        datetime,
        typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="Today, or up to 7 days ahead."),
    ],
    channel: Annotated[Channel, typer.Option(help="How the contacts are to be made.")],
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="One account id a line; - or none: stdin.")] = Path(
        "-"
    ),
    party: Annotated[Party, typer.Option(help="Whom they are for.")] = Party.DEBTOR,
    actor: Annotated[Actor, typer.Option(help="Who makes them.")] = Actor.CREDITOR,
    collector: Annotated[
        str, typer.Option("--collector", metavar="CODE", help="Which agency or firm makes them; the bank itself: bank.")
    ] = COLLECTOR_OF_THE_BANK,
    name: Annotated[str, typer.Option(metavar="CODE", help="Another name asks anew what this day refused.")] = "1",
    as_json: JsonOption = False,
) -> int:
    """Permits for a day, one for each account that may be contacted on it. Asked again, the same list stays the same.

    Refusals are answers; exit code 1 when somebody could not be asked.
    """
    wanted = made(
        lambda given: RequestContact(
            id=given, channel=channel, party=party, actor=actor, collector=collector, day=day.date()
        ),
        "list",
    )
    ids, ledger = _ids(file), opened()
    contacts.check_collector(wanted)
    contacts.check_day(day.date(), datetime.now(UTC).date())
    lines = asyncio.run(_asked(ledger, ids, wanted, name, _tell_json if as_json else lambda _: None))
    for line in lines:
        if line.fault is not None:
            print(f"duecourse: {line.fault}", file=sys.stderr)
    if not as_json:
        columns = ("account", "permit", "from", "until", "state", "refused by")
        print_table(columns, list(_rows(lines)), "nobody was asked")
    given = [line.account_id for line in lines if line.answer is not None and line.answer.permit is not None]
    tell_cases(contacts.note_others(ledger, given, datetime.now(UTC)), quietly=as_json)
    print(_summary(lines, day.date()), file=sys.stderr if as_json else sys.stdout)
    return 1 if any(line.fault for line in lines) else 0


def _ids(file: Path) -> list[str]:
    """The account ids of the file, each once; raises InputError when there is none."""
    try:
        text = (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or 'cannot be read'}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: is no UTF-8 text") from error
    ids = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not ids:
        raise InputError(f"{'the standard input' if str(file) == '-' else file} names no account: write one id a line")
    return ids


async def _asked(
    ledger: Ledger, ids: Sequence[str], wanted: RequestContact, name: str, tell: Callable[[Line], None]
) -> list[Line]:
    client = await connect(load_settings())
    with progress("asking", len(ids)) as advance:

        async def one(account_id: str) -> Line:
            line = await _line(client, ledger, account_id, wanted, name)
            advance(1)
            tell(line)
            return line

        return await contacts.each(ids, one)


async def _line(client: Client, ledger: Ledger, account_id: str, wanted: RequestContact, name: str) -> Line:
    request = wanted.model_copy(update={"id": contacts.list_id(name, account_id, wanted)})
    try:
        with ledger.read() as conn:
            if not contacts.has_open_case(conn, account_id):
                return Line(account_id, fault=f"account {account_id} has no open case")
        answer = await answered(client, account_id, request)
    except (InputError, SurroundingsError) as error:
        return Line(account_id, fault=str(error))
    with ledger.read() as conn:
        zone = accounts.get_account(conn, account_id).zone
        return Line(account_id, answer, zone=zone, state=contacts.state_of(conn, answer))


def _tell_json(line: Line) -> None:
    """One line for programs; who cannot be asked is told on the error stream."""
    if line.answer is None:
        return
    # A permit of an answer given before may be over by now: then nothing is allowed.
    told: dict[str, object] = {"account": line.account_id, "allowed": line.state is PermitState.OPEN}
    if line.answer.permit is not None:
        state = line.state.value if line.state else None
        told |= {**line.answer.permit.model_dump(mode="json"), "state": state}
    else:
        told |= line.answer.model_dump(mode="json", include={"refused_by", "allowed_at", "text"})
    print(json.dumps(told), flush=True)


def _rows(lines: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        if line.answer is None:
            continue
        if (permit := line.answer.permit) is not None:
            span = _wall(permit.valid_from, line.zone), _wall(permit.expires_at, line.zone)
            yield (line.account_id, permit.permit_id, *span, line.state or "", "")
        else:
            refused = ", ".join(line.answer.refused_by) or line.answer.text
            again = _wall(line.answer.allowed_at, line.zone) if line.answer.allowed_at else ""
            yield (line.account_id, "", again, "", "refused", refused)


def _summary(lines: Sequence[Line], day: date) -> str:
    given = sum(line.answer is not None and line.answer.permit is not None for line in lines)
    faults = sum(line.answer is None for line in lines)
    asked = f"{given:,} permits and {len(lines) - given - faults:,} refusals for {day}"
    return f"{asked}, {faults:,} accounts not asked" if faults else asked


def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"
