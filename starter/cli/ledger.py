"""`duecourse ledger …`: make a ledger, post to it, and look at it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.rules import Rules
from ledger import accounts, arrears, cases
from ledger.engine import Ledger, init_ledger, open_ledger
from policies import Policies
from starter.cli import imports
from starter.cli.account_view import account_view, describe, known_by, plain_amount, recorded_by
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.imports import LedgerOption
from starter.cli.operators import HEARS
from starter.cli.options import AccountArgument, JsonOption
from starter.posting import Payment, Posted, is_past_due, parse_amount, post_payment, reverse_payment
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)
app.add_typer(imports.app, name="import", help="Load a portfolio from a file.")
app.command("generate")(imports.generate_command)

ReferenceArgument = Annotated[str, typer.Argument(metavar="REFERENCE", help="The reference of the payment.")]
ValueOnOption = Annotated[
    datetime | None, typer.Option("--value-on", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="Value date.")
]

KnownOnOption = Annotated[
    datetime | None,
    typer.Option(
        "--known-on",
        formats=DAY_FORMATS,
        callback=a_day,
        metavar="DATE",
        help="Only what was recorded by the end of that day; default: all that is known now.",
    ),
]


@app.command()
def init(ledger: LedgerOption = None) -> None:
    """Create the ledger, or bring it to the newest schema. Repeated, nothing changes."""
    url = ledger or load_settings().ledger
    revision = init_ledger(url)
    print(f"ledger ready: {open_ledger(url).url} (schema {revision})")


@app.command("arrears")
def arrears_command(
    as_of: Annotated[
        datetime, typer.Option("--as-of", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="The day.")
    ],
    currency: Annotated[str | None, typer.Option(help="Needed when the ledger has several.")] = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """What is past due on a day, by the contract (no grace, no tolerance); late corrections count unless --known-on."""
    day = as_of.date()
    known_at = recorded_by(known_on.date()) if known_on else known_by(day, datetime.now(UTC))
    with _open(ledger).read() as conn:
        chosen = arrears.one_currency(conn, currency)
        figures = arrears.portfolio_arrears(conn, day, known_at, chosen)
    amount = plain_amount(Money.of_minor(figures.past_due_minor, chosen)) if chosen else "0"
    if as_json:
        print(
            json.dumps(
                {
                    "as_of": figures.as_of.isoformat(),
                    "accounts_past_due": figures.accounts_past_due,
                    "past_due_amount": amount,
                    "stated_late_nothing_owed": figures.stated_late_nothing_owed,
                    "days_past_due": {str(days): count for days, count in figures.days_past_due.items()},
                }
            )
        )
        return
    late = f"{figures.accounts_past_due:,} {_accounts(figures.accounts_past_due)} past due"
    print(f"as of {figures.as_of}: {late}, {amount} {chosen or ''}".rstrip())
    print(f"stated late by the bank, nothing owed: {figures.stated_late_nothing_owed:,}")
    for days, count in figures.days_past_due.items():
        print(f"{days:>6} days past due: {count:>9,} {_accounts(count)}")


@app.command("post-payment", context_settings={"ignore_unknown_options": True})  # -5 is an amount, and refused as one
def post_payment_command(
    account: AccountArgument,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="Above zero, like 1234.50.")],
    reference: Annotated[str, typer.Option(help="The sender's reference; repeated, nothing is posted twice.")],
    value_on: ValueOnOption = None,
    currency: Annotated[str | None, typer.Option(help="Must be the account's currency; default: that.")] = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Post a payment: it meets what is unmet at its value date (default: today), the oldest obligation first."""
    opened = _open(ledger)
    with opened.read() as conn:
        own = accounts.get_account(conn, account).currency
    if currency not in (None, own):
        raise InputError(f"account {account} is kept in {own}, not in {currency}")
    payment = Payment(account, parse_amount(amount, own), reference, value_on.date() if value_on else None)
    posted = post_payment(opened, _rules(), payment, datetime.now(UTC))
    _tell(posted, own, "posted", _has_case(opened, account), as_json)


@app.command("reverse-payment")
def reverse_payment_command(
    reference: ReferenceArgument,
    value_on: ValueOnOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """Take a returned payment back, and exactly what it met; default: at its own value date, as if it never came."""
    opened = _open(ledger)
    posted = reverse_payment(opened, reference, datetime.now(UTC), value_on.date() if value_on else None)
    with opened.read() as conn:
        own = accounts.get_account(conn, posted.entry.account_id).currency
        again = is_past_due(
            conn, Policies.named(load_settings().strategy).rules, posted.entry.account_id, datetime.now(UTC)
        )
    _tell(posted, own, "taken back", _has_case(opened, posted.entry.account_id), as_json, again)


@app.command()
def show(
    account: AccountArgument,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="Default: today."),
    ] = None,
    known_on: KnownOnOption = None,
    as_json: JsonOption = False,
    ledger: LedgerOption = None,
) -> None:
    """One account: balance, what is past due and since when, statements and entries, as the ledger knows them now.

    A historical ledger that has ended is shown as of its last day.
    """
    with _open(ledger).read() as conn:
        day, known = as_of.date() if as_of else None, known_on.date() if known_on else None
        view = account_view(conn, account, day, datetime.now(UTC), known)
    print(json.dumps(view) if as_json else describe(view))


def _accounts(count: int) -> str:
    return "account" if count == 1 else "accounts"


def _open(url: str | None) -> Ledger:
    return open_ledger(url or load_settings().ledger)


def _rules() -> Rules:
    """The rules by whose order payments are allocated: those of new cases."""
    return Policies.named(load_settings().strategy).rules


def _has_case(ledger: Ledger, account_id: str) -> bool:
    with ledger.read() as conn:
        return cases.open_row(conn, account_id) is not None


def _tell(posted: Posted, currency: str, what: str, has_case: bool, as_json: bool, again: bool | None = None) -> None:
    entry = posted.entry
    met = {part.due_on.isoformat(): plain_amount(Money.of_minor(part.amount_minor, currency)) for part in posted.met}
    if as_json:
        legs = {"principal": entry.principal_minor, "interest": entry.interest_minor, "fee": entry.fee_minor}
        report = {
            "new": posted.new,
            "account": entry.account_id,
            "reference": entry.reference,
            "kind": entry.kind,
            "value_on": entry.value_on.isoformat(),
            "amount": plain_amount(Money.of_minor(entry.total_minor, currency)),
            **{leg: plain_amount(Money.of_minor(minor, currency)) for leg, minor in legs.items()},
            "obligations": met,
            "has_open_case": has_case,
            **({} if again is None else {"past_due_again": again}),
        }
        print(json.dumps(report))
        return
    amount = Money.of_minor(abs(entry.total_minor), currency)
    done = f"{what}: {amount}" if posted.new else f"nothing changed: {entry.reference} was {what} before ({amount})"
    print(f"{done}, account {entry.account_id}, value date {entry.value_on}")
    for due_on, part in met.items():
        print(f"  obligation due {due_on}: {part} {currency}")
    if has_case:
        print(HEARS)
    elif again:
        print("past due again: the feed opens its case")
