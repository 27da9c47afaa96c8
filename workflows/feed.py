"""The feed: one pass over what changed in the ledger, run again and again by a schedule."""

from temporalio import workflow

from domain.model.feed import FeedAsk, FeedPass
from workflows import options
from workflows.names import LEDGER_FEED
from workflows.ports.feed import FeedPort


@workflow.defn(name=LEDGER_FEED)
class LedgerFeedWorkflow:
    """Lets cases know of what changed. The clock is the server's: that of the worker may be wrong."""

    @workflow.run
    async def run(self) -> FeedPass:
        return await workflow.execute_activity_method(
            FeedPort.relay, FeedAsk(as_of=workflow.now()), summary="Relay what changed in the ledger", **options.FEED
        )
