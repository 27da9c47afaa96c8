"""`duecourse case hold | release | promise | withdraw`: requests that a case answers."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError
from temporalio.client import Client

from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Answer, Hold, HoldReason, Release, Request, Withdraw
from domain.model.money import Money
from domain.model.permits import ReportContact
from domain.model.promise import MakePromise
from ledger import accounts
from ledger.engine import open_ledger
from starter.cli.days import DAY_FORMATS, a_day, some_days
from starter.cli.options import AccountArgument, JsonOption
from starter.connection import connect
from starter.requests import ask
from starter.settings import load_settings

IdOption = Annotated[
    str | None,
    typer.Option(
        "--id", metavar="ID", help="Name of the request; the same one twice has one effect. Default: a new one."
    ),
]

SpokenByOption = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="The representative who said it for the customer; default: the customer did."),
]

_WAITS_FOR = timedelta(seconds=60)
_REPEATED = ("id", "hold_id")
"""What may be repeated in an error: ids of requests."""
RequestT = TypeVar("RequestT", bound=Request)


def hold(
    account: AccountArgument,
    reason: Annotated[HoldReason, typer.Option(help="Why contact waits.")] = HoldReason.OPERATOR,
    starts_on: Annotated[
        datetime | None,
        typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="First day; default: today."),
    ] = None,
    ends_on: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="The day on which contact goes on; default: released.",
        ),
    ] = None,
    obligation: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=some_days,
            metavar="DATE",
            help="With left_out: due date; may be given several times.",
        ),
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold the contact of a case: operator's hold, hardship pause, or obligations left out."""
    ask_case(
        account,
        lambda name: Hold(
            id=name,
            reason=reason,
            starts_on=_day(starts_on),
            ends_on=_day(ends_on),
            obligations_due_on=tuple(day.date() for day in obligation or ()),
        ),
        message_id or fresh_id("hold"),
        as_json,
    )


def release(
    account: AccountArgument,
    hold_id: Annotated[
        str, typer.Argument(metavar="HOLD_ID", help="The id of the request that set the hold, as `case show` names it.")
    ],
    found: Annotated[
        bool | None, typer.Option("--found/--not-found", help="With a trace: whether the payment was found.")
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Release a hold."""
    release_id = message_id or fresh_id("release")
    ask_case(account, lambda name: Release(id=name, hold_id=hold_id, found=found), release_id, as_json)


def promise(
    account: AccountArgument,
    amount: Annotated[str, typer.Option(metavar="AMOUNT", help="What the customer promises to pay: 500 or 500.00.")],
    due: Annotated[
        datetime,
        typer.Option(
            formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="The last day on which it is to be paid."
        ),
    ],
    currency: Annotated[str | None, typer.Option(help="Default: the account's.")] = None,
    by: Annotated[str | None, typer.Option(metavar="ID", help="Who took the promise.")] = None,
    spoken_by: SpokenByOption = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what the customer promised to pay, and by when: until then nothing leaves but one reminder."""
    promised = money_of(account, amount, currency)
    ask_case(
        account,
        lambda name: MakePromise(id=name, amount=promised, due_on=due.date(), by=by, spoken_by=spoken_by),
        message_id or fresh_id("promise"),
        as_json,
    )


def money_of(account: str, amount: str, currency: str | None) -> Money:
    """An amount as people write it; without a currency it is in the account's. Raises InputError in one line."""
    if currency is None:
        with open_ledger(load_settings().ledger).read() as connection:
            currency = accounts.get_account(connection, account).currency
    try:
        return Money(amount=Decimal(amount), currency=currency)
    except (InvalidOperation, ValidationError) as error:
        raise InputError(
            f"{amount!r} {currency} is no amount: write 500 or 500.00, and a currency such as EUR"
        ) from error


def withdraw(account: AccountArgument, message_id: IdOption = None, as_json: JsonOption = False) -> None:
    """End a case that should not go on."""
    ask_case(account, lambda name: Withdraw(id=name), message_id or fresh_id("withdraw"), as_json)


def ask_case(account: str, make: Callable[[str], Request], message_id: str, as_json: bool) -> None:
    """Ask the account's open case, and print its answer; a refusal is the error of the command."""
    tell(asyncio.run(_answer(account, made(make, message_id))), as_json)


def tell(answer: Answer, as_json: bool) -> None:
    """Print an answer; a refusal is the error of the command."""
    if as_json:
        print(answer.model_dump_json())
    if not answer.accepted:
        raise InputError(f"refused: {answer.text} (request {answer.id})")
    if not as_json:
        print(f"{answer.text} (request {answer.id})")


async def _answer(account: str, request: Request) -> Answer:
    return await answered(await connect(load_settings()), account, request)


async def answered(client: Client, account: str, request: Request) -> Answer:
    """The answer of the account's open case; raises SurroundingsError that tells how to ask again."""
    try:
        return await ask(client, account, request, within=_WAITS_FOR)
    except SurroundingsError as error:
        made_at = f" --made-at {request.made_at.isoformat()}" if isinstance(request, ReportContact) else ""
        raise SurroundingsError(f"{error}, with --id {request.id}{made_at}: it has one effect") from error


def made(make: Callable[[str], RequestT], message_id: str) -> RequestT:
    """The request; what it cannot hold is told in one line, an id of a person's without repeating it."""
    try:
        return make(message_id)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        if first["type"] != "string_pattern_mismatch":
            raise InputError(f"{field}: {first['msg']}") from error
        if field in _REPEATED:
            raise InputError(f"{first['input']!r} is no id: write 1 to 64 letters, digits and _ . : / -") from error
        raise InputError(f"{field}: this is no id: write letters, digits and _ . : / - as it was given") from error


def fresh_id(what: str) -> str:
    """A name for a request that nobody named."""
    return f"{what}-{uuid.uuid4()}"


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None
