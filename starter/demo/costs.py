"""What a case cost the engine: actions, events and bytes of history, counted from the histories themselves.

An action is what a hosted Temporal service charges for: a start, a continue-as-new, an activity and each of its
retries, a timer, a signal, an update, a change of search attributes; all local activities of one workflow task count as
one. Events by which virtual time skips or is moved belong to the demo's clock, not to the case, and are left out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError

from domain.model.errors import SurroundingsError
from starter.demo.together import for_each

_ONE_ACTION = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
}
_OF_THE_CLOCK = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
}
_LOCAL_ACTIVITY = "core_local_activity"
"""Name under which the SDK records a local activity; other markers cost nothing."""
_AT_ONCE = 8
_LOOK_EVERY_S = 0.1
_AT_REST_WITHIN_S = 60


@dataclass(frozen=True)
class Cost:
    """Of one case, all its runs together."""

    workflow_id: str
    actions: int
    events: int
    history_bytes: int


def count_actions(events: Iterable[HistoryEvent]) -> int:
    """Actions of one run."""
    actions, tasks_with_local_activities = 0, set[int]()
    for event in events:
        if event.event_type in _ONE_ACTION:
            actions += 1
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            actions += event.activity_task_started_event_attributes.attempt - 1
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            marker = event.marker_recorded_event_attributes
            if marker.marker_name == _LOCAL_ACTIVITY:
                tasks_with_local_activities.add(marker.workflow_task_completed_event_id)
    return actions + len(tasks_with_local_activities)


def count_events(events: Iterable[HistoryEvent]) -> int:
    """Events of one run, those of the demo's clock left out."""
    return sum(1 for event in events if event.event_type not in _OF_THE_CLOCK)


def count_bytes(events: Iterable[HistoryEvent]) -> int:
    """Bytes of the events of one run, those of the demo's clock left out."""
    return sum(event.ByteSize() for event in events if event.event_type not in _OF_THE_CLOCK)


async def count_costs(client: Client, workflow_ids: Sequence[str]) -> list[Cost]:
    """The costs of these cases, in this order, once nothing more happens in them by itself."""

    async def of(workflow_id: str) -> Cost:
        return await _cost(client, workflow_id, await _newest_run_at_rest(client, workflow_id))

    try:
        return await for_each(workflow_ids, of, _AT_ONCE)
    except RPCError as error:
        raise SurroundingsError(f"the histories cannot be read: {error.message}") from error


async def _newest_run_at_rest(client: Client, workflow_id: str) -> str:
    """Wait until nothing is on its way to the history: a step is in the ledger before its task is in the history."""
    handle = client.get_workflow_handle(workflow_id)
    give_up_at = time.monotonic() + _AT_REST_WITHIN_S
    while not at_rest(seen := await handle.describe()):
        if time.monotonic() > give_up_at:
            raise SurroundingsError(f"{workflow_id} does not come to rest: see server.log and worker.log")
        await asyncio.sleep(_LOOK_EVERY_S)
    return seen.run_id


def at_rest(seen: WorkflowExecutionDescription) -> bool:
    """The run is over, or has neither a task nor an activity ahead of it (a case that only waits has no timer)."""
    raw = seen.raw_description
    on_its_way = raw.HasField("pending_workflow_task") or raw.pending_activities
    return seen.status is not WorkflowExecutionStatus.RUNNING or not on_its_way


async def _cost(client: Client, workflow_id: str, newest_run: str) -> Cost:
    actions = events = size = 0
    run_id = newest_run
    while run_id:
        handle = client.get_workflow_handle(workflow_id, run_id=run_id)
        history = [event async for event in handle.fetch_history_events()]
        actions += count_actions(history)
        events += count_events(history)
        size += count_bytes(history)
        run_id = history[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return Cost(workflow_id, actions, events, size)
