"""A message in words: what a text is made from, and the finished text. Never in a history, a log or an error."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from domain.model.base import Model
from domain.model.bureau import ReportAhead
from domain.model.contact import Party
from domain.model.disputes import DisputeWord
from domain.model.money import Money
from domain.model.names import Slug
from domain.model.promise import Promised
from domain.model.repayment import Planned
from domain.model.strategy import Channel
from domain.model.thanks import Thanked

LocaleName = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
"""Language and, where it matters, country: ``en``, ``zh-CN``."""


class NoticeValues(Model):
    """The facts that a text may tell."""

    customer_name: str | None = None
    """Whom the text greets; with a third person, whom it asks to have call the bank. None: nobody by name."""
    account_ref: str
    """How the customer knows the account: masked last digits, or the bank's reference. Never a card number."""
    past_due: Money
    balance: Money | None = None
    """All that is owed; None: not told."""
    oldest_due_on: date
    promised: Promised | None = None
    """With the reminder of a promise: amount and day."""
    planned: Planned | None = None
    """With a message of a repayment plan: the instalment, and until when it can be made good."""
    disputed: tuple[DisputeWord, ...] = ()
    """What is said about what is or was disputed."""
    thanked: Thanked | None = None
    """With the message of thanks: what was reached, and how long a bureau keeps a record."""
    reported: ReportAhead | None = None
    """With the notice before a report to a credit bureau."""
    on: date
    """The date of the message."""
    reference: str
    """By which the bank finds this message again, as ``reference_of`` makes it."""
    verified: bool
    """Whether the number or address surely belongs to the party, and to it alone."""
    party: Party = Party.DEBTOR
    """Whom the message is for."""


def reference_of(account_id: str, on: date, step: str) -> str:
    """What people say of a message to each other: what the ledger shows of it, and not its key."""
    return f"{account_id}/{on.isoformat()}/{step}"


class TextAsk(Model):
    """Which text is wanted."""

    notice: Slug
    channel: Channel
    locale: LocaleName
    values: NoticeValues
    conditions: tuple[str, ...] = ()
    """Of the verdict that permitted the contact: the disclosures that are due, and what the party may be told."""
    legal_notice: str | None = None
    """Id of the notice of the packs that this text gives: it says all the items of that notice."""


class Rendered(Model):
    """A finished text, checked."""

    subject: str | None = None
    """One line; with e-mail and letters."""
    text: str
    """Plain text; with a call, the guide for the talk."""
    html: str | None = None
    """The same words as ``text``, with e-mail."""
    must_say: tuple[str, ...] = ()
    """With a call: sentences that the caller must say."""
