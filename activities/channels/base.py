"""What every channel offers: deliver once under a key, and tell afterwards whether it has that key."""

from datetime import date
from typing import Protocol

from domain.model.base import Model
from domain.model.money import Money
from domain.model.strategy import Channel, Slug


class Outgoing(Model):
    """A message on its way out: the only place where an address and the facts for the text meet."""

    key: str
    channel: Channel
    address: str
    notice: Slug
    on: date
    """The local day of the stored intent: the same at every attempt under this key."""
    account_id: str
    """The reference by which the customer and the bank speak of the account."""
    past_due: Money
    oldest_due_on: date


class Receipt(Model):
    """The channel's word that it has the message; no address, no text."""

    reference: str


class Rejected(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel refused the message for good: it does not have it and never will."""


class Unsure(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel cannot know whether the message left."""


class CannotTell(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel cannot say whether it has a key."""


class ChannelUnavailable(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The channel cannot work now: ask it again later, by ``lookup`` first."""


class ChannelAdapter(Protocol):
    """One provider; both methods may raise ChannelUnavailable."""

    def deliver(self, message: Outgoing) -> Receipt:
        """Deliver once under the key; the same key again returns the first receipt. Raises Rejected or Unsure."""
        ...

    def lookup(self, key: str) -> Receipt | None:
        """The receipt when the key was delivered, None when it surely was not. Raises CannotTell."""
        ...
