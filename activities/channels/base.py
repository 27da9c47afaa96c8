"""What every channel offers: deliver once under a key, and tell afterwards whether it has that key."""

import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from domain.model.base import Model
from domain.model.message import LocaleName, Rendered
from domain.model.strategy import Channel


class Outgoing(Model):
    """A message on its way out: the only place where an address and a text meet."""

    key: str
    channel: Channel
    address: str
    on: date
    """The local day of the stored intent: the same at every attempt under this key."""
    account_id: str
    """The reference by which the customer and the bank speak of the account."""
    reference: str
    """By which they speak of this message: short enough to read aloud, and found in the ledger."""
    locale: LocaleName
    content: Rendered
    discreet: bool = False
    """Others may read it: nothing beside the text may tell of an account, and the key names one."""
    notice: str = ""
    """Which text it is: a code, where the words themselves may not stand."""
    conditions: tuple[str, ...] = ()
    """Ids of the rules that the contact must keep to, such as what has to be said."""


class Receipt(Model):
    """The channel's word that it has the message; no address, no text."""

    reference: str


class Rejection(StrEnum):
    """Why a channel refused a message for good: what stands in logs and in the audit."""

    ADDRESS = "address"
    """Nothing can be sent to what is given as its address."""
    UNPRINTABLE = "unprintable"
    """It has a sign that the channel cannot show."""
    TOO_LONG = "too_long"
    """It does not fit: more segments than are sent, or no place on the paper."""
    NO_TEXT = "no_text"
    """It says nothing."""
    NO_MESSAGE = "no_message"
    """The ledger does not have it."""
    REFUSED_BY_PROVIDER = "refused_by_provider"
    """The provider was asked, and said no for good."""


class Rejected(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel refused the message for good: it does not have it and never will."""

    def __init__(self, line: str = "", code: Rejection = Rejection.REFUSED_BY_PROVIDER) -> None:
        super().__init__(line)
        self.code = code


class Unsure(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel cannot know whether the message left."""


class CannotTell(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel cannot say whether it has a key."""


class ChannelUnavailable(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel cannot work now: ask it again later, by ``lookup`` first."""


class NotTaken(ChannelUnavailable):
    """The provider surely does not have the message: the same key may be delivered anew, without a look-up."""

    def __init__(self, line: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(line)
        self.retry_after = retry_after
        """How long the provider asks to be left alone."""


class ChannelAdapter(Protocol):
    """One provider; its lines name no address and no text, as people and logs read them."""

    def deliver(self, message: Outgoing) -> Receipt:
        """Deliver once under the key. Raises Rejected, Unsure, NotTaken or ChannelUnavailable.

        The same key again returns the first receipt, of a provider that knows keys; one that does not raises
        CannotTell at every ``lookup``, and is never given a key again unless it said NotTaken.
        """
        ...

    def lookup(self, key: str) -> Receipt | None:
        """The receipt when the key was delivered, None when it surely was not. Raises CannotTell."""
        ...


def one_line(value: str) -> str:
    """The value without line breaks and what nobody sees, each mark joined to its letter: it cannot forge a line."""
    plain = unicodedata.normalize("NFC", " ".join(value.split()))
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
