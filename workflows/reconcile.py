"""The reconciler: one pass over cases, runs and the ledger, run again and again by a schedule."""

from temporalio import workflow

from domain.model.reconcile import Place, ReconcileAsk, Reconciled
from workflows import options
from workflows.names import RECONCILER
from workflows.ports.reconcile import ReconcilePort


@workflow.defn(name=RECONCILER)
class ReconcilerWorkflow:
    """Mends what came apart, call by call. The clock is the server's: that of the worker may be wrong."""

    @workflow.run
    async def run(self, begins_at: Place = Place()) -> Reconciled:  # noqa: B008 immutable
        done, place = Reconciled(), begins_at
        while True:
            ask = ReconcileAsk(as_of=workflow.now(), place=place)
            done += await workflow.execute_activity_method(
                ReconcilePort.reconcile, ask, summary=f"Reconcile from {place.part} on", **options.RECONCILE
            )
            if done.place is None:
                return done
            place = done.place
