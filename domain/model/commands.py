"""Commands: what a decision wants done in the world, each under a business key that makes it happen once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.model.adjustments import Adjust
from domain.model.base import Model
from domain.model.bureau import ReportAhead, TellBureau
from domain.model.contact import Purpose
from domain.model.debits import Debit
from domain.model.disputes import DisputeWord
from domain.model.events import NoticeNotSent
from domain.model.money import Money
from domain.model.names import RuleId, Slug
from domain.model.promise import Promised
from domain.model.repayment import Planned
from domain.model.strategy import Channel
from domain.model.thanks import Thanked

SEND_NOTICE = "send_notice"
"""Name of the activity that sends one: it stands in histories, and tells that a message is under way."""


class SendNotice(Model):
    """Send one notice of the ladder. ``key`` is unique for (episode, step, attempt), whatever run or worker asks."""

    kind: Literal["send_notice"] = "send_notice"
    key: str
    case_id: str
    account_id: str
    step: Slug
    notice: Slug
    attempt: int
    channel: Channel
    as_of: AwareDatetime
    oldest_due_on: date
    past_due: Money
    purpose: Purpose = Purpose.COLLECT
    legal_notice: RuleId | None = None
    """Id of the rule pack's notice that this message gives, when the law asks for it."""
    address: str | None = None
    """Id of the contact point to which alone it may go; None: the debtor's own on this channel."""
    promised: Promised | None = None
    """With the reminder of a promise: what was promised."""
    planned: Planned | None = None
    """With a message of a repayment plan: the instalment that it is about."""
    disputed: tuple[DisputeWord, ...] = ()
    """What it says about what is or was disputed."""
    thanked: Thanked | None = None
    """With the message of thanks: what was reached."""
    reported: ReportAhead | None = None
    """With the notice before a report to a credit bureau: from when on it may be given."""

    @property
    def summary(self) -> str:
        """One line for the Web UI."""
        if self.promised is not None:
            return f"Send {self.notice} by {self.channel}: {self.promised.amount} promised by {self.promised.due_on}"
        if self.planned is not None:
            return f"Send {self.notice} by {self.channel}: {self.planned.amount} due on {self.planned.due_on}"
        if self.thanked is not None:
            return f"Send {self.notice} by {self.channel}: {self.thanked.reached.replace('_', ' ')}"
        return f"Send {self.notice} by {self.channel}: {self.past_due} past due since {self.oldest_due_on}"


Command = Annotated[SendNotice | Adjust | Debit | TellBureau, Field(discriminator="kind")]
"""Placement commands join here."""


class NoticeResult(Model):
    """What became of a ``SendNotice``: None when it was sent, else the event that the case must know."""

    not_sent: NoticeNotSent | None = None
