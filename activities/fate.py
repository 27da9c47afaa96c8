"""The fate of a message: what its channel says of its key."""

from collections.abc import Mapping

from activities.channels.base import CannotTell, ChannelAdapter, ChannelUnavailable, Receipt
from activities.outbox import Settlement
from domain.model.blocker import Blocker
from domain.model.facts import MessageState
from domain.model.strategy import Channel

Channels = Mapping[Channel, ChannelAdapter]
"""The ways out that a worker was given."""


def look_up(channels: Channels, channel: Channel, key: str) -> Settlement | None:
    """What the provider says of the key; None when it surely does not have it. Raises ChannelUnavailable."""
    try:
        receipt = channel_of(channels, channel).lookup(key)
    except CannotTell:
        return Settlement(MessageState.UNKNOWN, blocker=Blocker.NO_ANSWER)
    return None if receipt is None else sent(receipt)


def channel_of(channels: Channels, channel: Channel) -> ChannelAdapter:
    """The channel's adapter; raises ChannelUnavailable where the worker has none."""
    if channel not in channels:
        raise ChannelUnavailable(f"this worker has no adapter for channel {channel}: add it in worker.py")
    return channels[channel]


def sent(receipt: Receipt) -> Settlement:
    """The channel has it."""
    return Settlement(MessageState.SENT, receipt=receipt.reference)
