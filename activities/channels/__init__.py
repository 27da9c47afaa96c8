"""The ways out: a new channel is one file here and one line in the composition root."""

from activities.channels.base import ChannelAdapter

__all__ = ["ChannelAdapter"]
