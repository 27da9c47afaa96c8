"""`duecourse person offers`: what a person is offered on all their overdue accounts, so that all of it can be paid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.offers.together import OnAccount
from policies import Policies
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import opened, print_table
from starter.cli.options import JsonOption
from starter.cli.plan_offers import COLUMNS, offer_row
from starter.people import find_person
from starter.person_offers import PersonOffers, offers_together
from starter.settings import load_settings

_SHOWN = 3
"""How many offers of an account are shown to people; programs get all of them."""


def offers(
    who: Annotated[
        str, typer.Argument(metavar="PERSON_OR_ACCOUNT", help="Id of an account, else of a person.", show_default=False)
    ],
    on: Annotated[
        datetime | None,
        typer.Option(
            formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="As it would be on a later day; default: today."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """What is offered on all overdue accounts of a person together: all of it at once is affordable.

    For the bank's eyes: a settlement shows the floor of the book.
    """
    chosen, now = Policies.named(load_settings().strategy), datetime.now(UTC)
    with opened().read() as conn:
        found = offers_together(conn, find_person(conn, who), chosen, now, None if on is None else on.date())
    if as_json:
        print(json.dumps(_as_json(found), indent=2))
        return
    for account in found.together.accounts:
        _show(account, found)
    print("\n".join(_in_all(found)))


def _show(account: OnAccount, found: PersonOffers) -> None:
    who = account.customer
    share = "" if account.share is None else f"; its share {account.share} a month"
    owed = f"owed {who.balance}, of which {who.past_due} past due"
    print(f"{account.account_id}: {owed}{share}; strategy {found.strategies[account.account_id]}")
    if account.why_not is not None:
        print(f"  nothing is offered: {account.why_not}")
        return
    print_table(COLUMNS, [offer_row(offer) for offer in account.offers[:_SHOWN]], "no offers")
    if len(account.offers) > _SHOWN:
        print(f"  and {len(account.offers) - _SHOWN} more: `plan offers {account.account_id}`")


def _in_all(found: PersonOffers) -> Iterator[str]:
    done, report = found.together, found.report
    yield f"the best offers together: {done.monthly} a month"
    if done.spoken_for:
        yield f"plans that run: {done.spoken_for} a month"
    yield f"affordable: {done.affordable} a month (ability report {report.report_id}, version {report.version})"
    if done.spoken_for > done.affordable:
        yield "the plans that run take more than can be paid: look at them before anything new is agreed"


def _as_json(found: PersonOffers) -> dict[str, object]:
    done = found.together
    return {
        "person": found.person_id,
        "on": found.on.isoformat(),
        "ability_report": found.report.report_id,
        "currency": done.affordable.currency,
        "affordable": str(done.affordable.amount),
        "spoken_for": str(done.spoken_for.amount),
        "monthly": str(done.monthly.amount),
        "accounts": [_account(each, found.strategies[each.account_id]) for each in done.accounts],
    }


def _account(each: OnAccount, strategy: str) -> dict[str, object]:
    who = each.customer
    return {
        "account": each.account_id,
        "balance": str(who.balance.amount),
        "past_due": str(who.past_due.amount),
        "currency": who.balance.currency,
        "share": None if each.share is None else str(each.share.amount),
        "strategy": strategy,
        "offers": [offer.model_dump(mode="json") for offer in each.offers],
        "why_not": each.why_not,
    }
