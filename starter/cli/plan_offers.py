"""`duecourse plan offers | consider`: what a customer can be offered, and what the bank says to a proposal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.model.errors import InputError
from domain.model.offers import Level, NoOffer, Offer, Proposal
from policies import Policies
from starter.cli.operators import opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import money_of
from starter.offering import Offering, considered, offers_for
from starter.settings import load_settings

InstalmentsOption = Annotated[
    int | None, typer.Option(metavar="N", help="The customer would repay all in so many months.")
]
MonthlyOption = Annotated[str | None, typer.Option(metavar="AMOUNT", help="The customer would pay so much a month.")]
OnceOption = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="The customer would pay this at once, of what is past due.")
]
FinalOption = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="The customer would pay this at once, to settle everything.")
]

COLUMNS = ("offer", "payments", "at most a month", "in all", "rate", "given up", "agreed by", "until")
_NONE = {
    NoOffer.ABILITY_UNKNOWN: "nothing is offered before it is known what the customer can pay: `person ability`",
    NoOffer.NOTHING_FITS: "nothing in the book is lawful and affordable for this customer: a person must look",
}


def offers_command(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Everything in the offer book that is lawful and that this customer can afford, the best first.

    For the bank's eyes: a settlement shows the floor of the book.
    """
    with opened().read() as conn:
        found = offers_for(conn, account, Policies.named(load_settings().strategy), datetime.now(UTC))
    if as_json:
        print(json.dumps(_as_json(found), indent=2))
        return
    print("\n".join(_rests_on(found)))
    if isinstance(found.offers, NoOffer):
        print(_NONE[found.offers])
        return
    print_table(COLUMNS, [offer_row(offer) for offer in found.offers], "no offers")


def consider_command(
    account: AccountArgument,
    instalments: InstalmentsOption = None,
    monthly: MonthlyOption = None,
    once: OnceOption = None,
    final: FinalOption = None,
    listens: Annotated[Level, typer.Option("--as", help="Who answers for the bank.")] = Level.AGENT,
    rounds: Annotated[int, typer.Option("--round", min=0, help="Proposals of this negotiation answered before.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """What the bank says to a proposal: accepted, for a supervisor, or the nearest terms that are acceptable.

    It follows from the facts and the offer book: who insists gets no more. The sentence can be read to the customer.
    """
    proposal = proposal_of(account, instalments, monthly=monthly, once=once, final=final)
    chosen, now = Policies.named(load_settings().strategy), datetime.now(UTC)
    with opened().read() as conn:
        found = considered(conn, account, chosen, now, proposal, listens, rounds)
    print(found.model_dump_json(indent=2) if as_json else f"{found.verdict.replace('_', ' ')}: {found.why}")


def proposal_of(account: str, instalments: int | None, **amounts: str | None) -> Proposal:
    """What the options say; raises InputError unless they say one thing."""
    said = {name: None if text is None else money_of(account, text, None) for name, text in amounts.items()}
    try:
        return Proposal(count=instalments, **said)
    except ValidationError as error:
        raise InputError("say one thing: --instalments from 1 to 1,200, --monthly, --once, or --final") from error


def _rests_on(found: Offering) -> Iterator[str]:
    who = found.customer
    yield f"owed {who.balance}, of which {who.past_due} past due; strategy {found.strategy}"
    if who.affordable is not None:
        yield f"affordable {who.affordable} a month (ability report {found.report})"


def offer_row(offer: Offer) -> tuple[str, ...]:
    """An offer in the columns of a table."""
    given = ", ".join(f"{money} {name}" for name, money in offer.forgiven.items())
    review = "" if offer.review_on is None else f", review {offer.review_on}"
    return (
        offer.entry,
        f"{offer.count} from {offer.first_on}{review}" if offer.count else f"a pause{review}",
        str(offer.monthly),
        str(offer.total),
        f"{offer.percent} %" if offer.kind == "instalments" else "",
        given,
        offer.level.value,
        str(offer.expires_on),
    )


def _as_json(found: Offering) -> dict[str, object]:
    who = found.customer
    none = found.offers if isinstance(found.offers, NoOffer) else None
    return {
        "balance": str(who.balance.amount),
        "past_due": str(who.past_due.amount),
        "currency": who.balance.currency,
        "affordable": None if who.affordable is None else str(who.affordable.amount),
        "ability_report": found.report,
        "strategy": found.strategy,
        "offers": []
        if isinstance(found.offers, NoOffer)
        else [offer.model_dump(mode="json") for offer in found.offers],
        "none": none,
    }
