"""What the feed's workflow asks of the world."""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.model.feed import FeedAsk, FeedPass


class FeedPort(ABC):
    """The ledger's changes on their way to cases."""

    @activity.defn(name="relay_changes")
    @abstractmethod
    async def relay(self, ask: FeedAsk) -> FeedPass:
        """Let every case that a change concerns know of it; go on from where the last pass ended, however it ended."""
