"""Schedules: what the server runs again and again for us; applied as often as you like, with the same result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import SurroundingsError
from starter.settings import Settings
from workflows.names import FEED_SCHEDULE, LEDGER_FEED, OPERATIONS_QUEUE, RECONCILE_SCHEDULE, RECONCILER

# What was missed while the server was away is not made up for: one pass takes all that waits. A run that fails must not
# pause its schedule: a feed that stopped itself would let payments go unseen until somebody looks.
_POLICY = SchedulePolicy(
    overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(seconds=10), pause_on_failure=False
)
_MOST_SECONDS = timedelta(minutes=30)
"""A run that takes longer is ended, and the next one goes on from where it was."""


@dataclass(frozen=True)
class Planned:
    """A schedule as this program wants it."""

    schedule_id: str
    every: timedelta
    workflow: str
    note: str


@dataclass(frozen=True)
class Applied:
    """A schedule that is as it should be; ``how``: created, changed or unchanged."""

    schedule_id: str
    how: str


@dataclass(frozen=True)
class Standing:
    """A schedule as the server has it."""

    schedule_id: str
    every: timedelta | None
    """None: the server does not have it."""
    paused: bool = False
    note: str = ""
    last_run_at: datetime | None = None
    next_run_at: datetime | None = None
    running: int = 0
    missed: int = 0


def planned(settings: Settings) -> tuple[Planned, ...]:
    """Every schedule of this program."""
    return (
        Planned(
            FEED_SCHEDULE,
            timedelta(seconds=settings.feed_every),
            LEDGER_FEED,
            "Lets cases know of what changed in the ledger",
        ),
        Planned(
            RECONCILE_SCHEDULE,
            timedelta(seconds=settings.reconcile_every),
            RECONCILER,
            "Finds cases that were forgotten or stopped, and lets them go on",
        ),
    )


async def apply(client: Client, settings: Settings) -> tuple[Applied, ...]:
    """Create what is missing and change what differs; whether one is paused stays as its operator left it."""
    try:
        return tuple([Applied(one.schedule_id, await _apply(client, one)) for one in planned(settings)])
    except RPCError as error:
        raise SurroundingsError(f"the schedules cannot be applied: {error.message}") from error


async def standing(client: Client, settings: Settings) -> tuple[Standing, ...]:
    """Every schedule of this program as the server has it."""
    try:
        return tuple([await _standing(client, one.schedule_id) for one in planned(settings)])
    except RPCError as error:
        raise SurroundingsError(f"the schedules cannot be read: {error.message}") from error


async def run_now(client: Client, schedule_id: str) -> None:
    """Run it at once, or, while it runs, once more right after: what came meanwhile is not missed."""
    await client.get_schedule_handle(schedule_id).trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)


async def _apply(client: Client, one: Planned) -> str:
    wanted = Schedule(
        action=ScheduleActionStartWorkflow(
            one.workflow, id=one.schedule_id, task_queue=OPERATIONS_QUEUE, execution_timeout=_MOST_SECONDS
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=one.every)]),
        policy=_POLICY,
        state=ScheduleState(note=one.note),
    )
    try:
        await client.create_schedule(one.schedule_id, wanted)
    except ScheduleAlreadyRunningError:
        return await _change(client, one, wanted)
    return "created"


async def _change(client: Client, one: Planned, wanted: Schedule) -> str:
    there = (await client.get_schedule_handle(one.schedule_id).describe()).schedule
    if (there.spec.intervals, there.policy, _what(there)) == (wanted.spec.intervals, wanted.policy, _what(wanted)):
        return "unchanged"

    def updated(given: ScheduleUpdateInput) -> ScheduleUpdate:
        state = given.description.schedule.state
        return ScheduleUpdate(replace(wanted, state=replace(state, note=state.note if state.paused else one.note)))

    await client.get_schedule_handle(one.schedule_id).update(updated)
    return "changed"


def _what(schedule: Schedule) -> tuple[str, str, timedelta | None]:
    action = schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)
    return action.workflow, action.task_queue, action.execution_timeout


async def _standing(client: Client, schedule_id: str) -> Standing:
    try:
        found = await client.get_schedule_handle(schedule_id).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return Standing(schedule_id, None)
    intervals, info, state = found.schedule.spec.intervals, found.info, found.schedule.state
    return Standing(
        schedule_id=schedule_id,
        every=intervals[0].every if intervals else None,
        paused=state.paused,
        note=state.note or "",
        last_run_at=info.recent_actions[-1].started_at if info.recent_actions else None,
        next_run_at=info.next_action_times[0] if info.next_action_times else None,
        running=len(info.running_actions),
        missed=info.num_actions_missed_catchup_window,
    )
