"""What the reconciler's workflow asks of the world."""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.model.reconcile import ReconcileAsk, Reconciled


class ReconcilePort(ABC):
    """Cases, their runs and the ledger, compared."""

    @activity.defn(name="reconcile")
    @abstractmethod
    async def reconcile(self, ask: ReconcileAsk) -> Reconciled:
        """Bring together what is apart, from the place of the ask on, until all is seen or the call's time is over."""
