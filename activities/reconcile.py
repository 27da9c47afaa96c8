"""The reconciler's pass as an activity: it tells how far it is while it lasts, and goes on from there."""

import logging
from collections.abc import Awaitable, Callable

from temporalio import activity

from activities.errors import told
from activities.pulse import alive
from domain.model.reconcile import ReconcileAsk, Reconciled
from workflows.ports.reconcile import ReconcilePort

_log = logging.getLogger(__name__)
_BEAT_S = 5.0

Pass = Callable[[ReconcileAsk, Callable[[Reconciled], None]], Awaitable[Reconciled]]
"""One call of a pass, and who hears how far it has come."""


class ReconcileActivities(ReconcilePort):
    """Reconciles by way of the pass that it was given."""

    def __init__(self, reconcile: Pass) -> None:
        self._reconcile = reconcile

    @activity.defn(name="reconcile")
    async def reconcile(self, ask: ReconcileAsk) -> Reconciled:
        """Bring together what is apart, from the place of the ask on, until all is seen or the call's time is over."""
        before = _before()
        if before.place is not None:
            ask = ask.model_copy(update={"place": before.place})
        latest = before

        def so_far(done: Reconciled) -> None:
            nonlocal latest
            latest = before + done
            activity.heartbeat(latest)

        async with alive(lambda: activity.heartbeat(latest), _BEAT_S):
            with told():
                done = before + await self._reconcile(ask, so_far)
        counter = activity.metric_meter().create_counter("duecourse_repairs", "What the reconciler mended, by its kind")
        for kind, count in done.repairs.items():
            counter.add(count, {"kind": kind.value})
        if done.repairs or done.failed or done.strangers or any(done.overdue.model_dump().values()):
            _log.warning("reconciler: %s", done.model_dump_json(exclude={"found"}, exclude_defaults=True))
        return done


def _before() -> Reconciled:
    """How far the attempt before this one had come."""
    details = activity.info().heartbeat_details
    return Reconciled.model_validate(details[0]) if details else Reconciled()
