"""`duecourse plan quote`: what a repayment plan would be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.plan import Instalment, Rhythm
from domain.model.rules import Rules
from policies import load_rules
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import print_table
from starter.cli.options import JsonOption
from starter.quoting import Asked, Quote, quote


def quote_command(
    balance: Annotated[str, typer.Option(metavar="AMOUNT", help="What is repaid.")],
    instalments: Annotated[int, typer.Option(metavar="N", help="How many instalments.")],
    currency: Annotated[
        str | None, typer.Option(metavar="CODE", help="Such as CNY; default: that of the rules.")
    ] = None,
    rate: Annotated[
        str, typer.Option(metavar="PERCENT", help="Nominal annual rate; a month's interest is a twelfth of it.")
    ] = "0",
    contract_rate: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="That of the card's contract, for rules that compare with it.")
    ] = None,
    first_on: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="Due date of the first instalment; default: one period from signing.",
        ),
    ] = None,
    every: Annotated[Rhythm, typer.Option(help="How often one falls due.")] = Rhythm.MONTH,
    unit: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="What instalments are multiples of; default: what cash allows.")
    ] = None,
    fees: Annotated[str, typer.Option(metavar="AMOUNT", help="Fees in all; they bear no interest.")] = "0",
    rules: Annotated[
        str | None, typer.Option(metavar="PACK", help="Refuse what these rules forbid, such as cn.")
    ] = None,
    signed_on: Annotated[
        datetime | None,
        typer.Option(
            "--signed",
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="Day of signing; default: today, or a period before a --from that is past.",
        ),
    ] = None,
    settle_on: Annotated[
        datetime | None,
        typer.Option(
            "--settle-on",
            formats=DAY_FORMATS,
            callback=a_day,
            metavar="DATE",
            help="Also tell what settles it on this day.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the instalments of a repayment plan: equal ones, rounded down to what cash allows, the rest in the last.

    The same day each month, in shorter months the last one. Dates are not moved: when one is no business day, money of
    the next one is in time.
    """
    stack = None if rules is None else load_rules(rules)
    asked = Asked(
        balance=balance,
        instalments=instalments,
        currency=_currency(currency, stack),
        rate=rate,
        fees=fees,
        unit=unit,
        every=every,
        first_on=_day(first_on),
        signed_on=_day(signed_on),
        today=datetime.now(UTC).date(),
        contract_rate=contract_rate,
    )
    found = quote(asked, stack, _day(settle_on))
    if as_json:
        print(json.dumps(_as_json(found), indent=2))
    else:
        _print(found)


def _currency(given: str | None, rules: Rules | None) -> str:
    stated = [] if rules is None else [pack.pack.currency for pack in rules.packs if pack.pack.currency]
    if given is None and not stated:
        raise InputError("--currency: say in which currency, such as CNY")
    return given or str(stated[-1])


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _digits(amount: Money) -> str:
    return str(amount.amount)


def _as_json(found: Quote) -> dict[str, object]:
    schedule = found.schedule
    told: dict[str, object] = {
        "instalments": [_instalment(each) for each in schedule.instalments],
        "total": _digits(schedule.total),
        "currency": schedule.total.currency,
        "rate": {
            "nominal_percent": str(schedule.terms.nominal_percent),
            "effective_percent": str(found.effective_percent),
        },
        "notes": list(found.notes),
    }
    if (settlement := found.settlement) is not None:
        told["settlement"] = {
            "on": str(settlement.on),
            "amount": _digits(settlement.amount),
            "principal": _digits(settlement.principal),
            "interest": _digits(settlement.interest),
        }
    return told


def _instalment(each: Instalment) -> dict[str, str]:
    amounts = {name: _digits(getattr(each, name)) for name in ("amount", "principal", "interest", "fees")}
    return {"due_on": str(each.due_on), **amounts}


def _print(found: Quote) -> None:
    schedule = found.schedule
    columns = ("due on", "amount", "principal", "interest", "fees")
    rows = [[str(each.due_on), *map(_plain, _amounts(each))] for each in schedule.instalments]
    width = [max(len(row[at]) for row in rows) for at in range(len(columns))]
    print_table(columns, [[cell.rjust(width[at]) for at, cell in enumerate(row)] for row in rows], "no instalments")
    print("\n".join(_summary(found)))


def _amounts(each: Instalment) -> Iterator[Money]:
    yield from (each.amount, each.principal, each.interest, each.fees)


def _plain(amount: Money) -> str:
    return str(amount).rpartition(" ")[0]


def _summary(found: Quote) -> Iterator[str]:
    schedule, terms = found.schedule, found.schedule.terms
    yield f"total {schedule.total}, {schedule.total - terms.balance} more than the balance of {terms.balance}"
    yield f"annual rate {terms.nominal_percent} %, effective {found.effective_percent} %"
    if (settlement := found.settlement) is not None:
        parts = f"{settlement.principal} and interest of {settlement.interest}"
        yield f"settled on {settlement.on} by {settlement.amount}: {parts}"
    yield from (f"note: {note}" for note in found.notes)
