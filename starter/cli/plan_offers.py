"""`duecourse plan offers`: what a customer can be offered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.model.offers import NoOffer, Offer
from policies import Policies
from starter.cli.operators import opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.offering import Offering, offers_for
from starter.settings import load_settings

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
    columns = ("offer", "payments", "at most a month", "in all", "rate", "given up", "agreed by", "until")
    print_table(columns, [_row(offer) for offer in found.offers], "no offers")


def _rests_on(found: Offering) -> Iterator[str]:
    who = found.customer
    yield f"owed {who.balance}, of which {who.past_due} past due; strategy {found.strategy}"
    if who.affordable is not None:
        yield f"affordable {who.affordable} a month (ability report {found.report})"


def _row(offer: Offer) -> tuple[str, ...]:
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
