"""What a text may be required to say, and which of it a pack requires of one text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache

from domain.model.contact import Actor, Party
from domain.model.pack import Disclosure, Pack
from domain.model.strategy import Channel
from domain.model.thanks import THANK_YOU
from policies.packs import load_pack, pack_names
from policies.texts.choose import OPT_OUT_CONFIRMATION, PLEASE_CALL

TOKENS = {
    "account": "which account it is about",
    "balance": "all that is owed",
    "bank_contact": "how to reach the bank",
    "complaint_route": "where to complain",
    "customer_name": "the customer's name",
    "how_to_get_help": "how to agree a plan or get help",
    "how_to_object": "how to object and give evidence",
    "how_to_pay": "how to pay, in short or by every way",
    "how_to_pay_counter": "how to pay at the counter",
    "how_to_pay_online": "how to pay online",
    "how_to_pay_transfer": "how to pay by transfer",
    "how_to_query": "how to ask what is owed",
    "identity_check": "that the caller first makes sure who is speaking",
    "institution_name": "the bank's name",
    "legal_basis": "on which agreement and law the claim rests",
    "nothing_to_do_if_paid": "that nothing is needed when the amount is already paid",
    "opt_in": "how to get such messages again",
    "opt_out": "how to stop such messages",
    "past_due": "the amount that is past due",
    "private_and_confidential": "that only the addressee may open the letter",
    "purpose": "why the bank gets in touch",
    "reason": "how the claim came about",
    "reference": "the reference of the message",
    "rights": "what the customer may ask of the bank",
    "rights_and_duties": "the customer's rights and duties",
    "seal": "who signs, and the business seal",
}
"""Every token that a template may say and a pack may require, with what it means; the items of notices join them."""

WORDS_OF_THE_BANK = {
    "bank_contact": ("phone",),
    "complaint_route": ("complaint_phone",),
    "how_to_pay": ("pay_short", "pay_online", "pay_transfer", "pay_counter"),
    "how_to_pay_counter": ("pay_counter",),
    "how_to_pay_online": ("pay_online",),
    "how_to_pay_transfer": ("pay_transfer",),
    "institution_name": ("institution_name",),
    "opt_in": ("opt_in_sms", "opt_in_email"),
    "opt_out": ("opt_out_sms", "opt_out_email"),
    "seal": ("seal",),
}
"""Tokens that only the bank itself can say: one of these lines of its file must stand in the words."""
WORDS_FOR_A_GUARANTOR = {
    "how_to_pay_online": ("pay_online_guarantor", "phone"),
    "how_to_pay_transfer": ("pay_transfer_guarantor", "phone"),
}
"""Instead, for who pays on the card of somebody else: without a line of its own the text asks for a call."""

_STILL_DUE = {
    PLEASE_CALL: frozenset({"institution_name", "bank_contact", "opt_out"}),
    OPT_OUT_CONFIRMATION: frozenset({"institution_name"}),
    THANK_YOU: frozenset({"institution_name", "bank_contact", "opt_out", "complaint_route", "customer_name"}),
}
"""Notices that show no debt owe nothing that would show it; thanks owe nothing that asks for money."""
_ELECTRONIC = frozenset({Channel.SMS, Channel.EMAIL, Channel.IM})
_WRITTEN = _ELECTRONIC | {Channel.LETTER, Channel.FILE}


def required(
    packs: Iterable[Pack], notice: str, channel: Channel, party: Party, conditions: Collection[str] | None = None
) -> frozenset[str]:
    """The tokens that a text of the bank must say.

    ``conditions``: of all disclosures, what happens only at the first contact counts when its id is among these;
    None: everything counts that could ever be due.
    """
    tokens = frozenset(
        token
        for rule, disclosure in _disclosures(packs)
        if _is_due(disclosure, channel, party) and (_always(disclosure) or conditions is None or rule in conditions)
        for token in disclosure.tokens
    )
    return tokens & _STILL_DUE.get(notice, tokens)


def notice_items(packs: Iterable[Pack], legal_notice: str | None) -> frozenset[str]:
    """The tokens that a text must say to be this notice of the law."""
    return frozenset(
        item for pack in packs for notice in pack.notices if notice.id == legal_notice for item in notice.items
    )


def not_known(tokens: Collection[str], packs: Iterable[Pack]) -> frozenset[str]:
    """Those that no text may say: one folder of texts may serve several packs, which are read when they are needed."""
    rest = frozenset(tokens) - TOKENS.keys() - {item for pack in packs for n in pack.notices for item in n.items}
    return rest - _items_of_ours() if rest else rest


@cache
def _items_of_ours() -> frozenset[str]:
    return frozenset(item for name in pack_names() for notice in load_pack(name).notices for item in notice.items)


def unknown_tokens(packs: Iterable[Pack]) -> dict[str, str]:
    """Tokens that packs require of texts and no text can say, each with the rule that requires it."""
    return {
        token: rule
        for rule, found in _disclosures(packs)
        for token in found.tokens
        if token not in TOKENS and any(channel is not Channel.VISIT for channel in found.channels)
    }


def _disclosures(packs: Iterable[Pack]) -> Iterator[tuple[str, Disclosure]]:
    for pack in packs:
        if Actor.CREDITOR in pack.applies_to.actors:
            for disclosure in pack.disclosures:
                yield f"{pack.id}.{disclosure.id}", disclosure


def _always(disclosure: Disclosure) -> bool:
    return disclosure.when not in ("first_contact", "first_written")


def _is_due(disclosure: Disclosure, channel: Channel, party: Party) -> bool:
    return (
        channel in disclosure.channels
        and party in disclosure.parties
        and {"every_electronic": channel in _ELECTRONIC, "letter": channel is Channel.LETTER}.get(
            disclosure.when, disclosure.when != "first_written" or channel in _WRITTEN
        )
    )
