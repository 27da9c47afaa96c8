"""What a case cost the engine: actions, events and bytes of history, counted from the histories themselves.

An action is what a hosted Temporal service charges for: a start, a continue-as-new, an activity and each of its
retries, a timer, a signal, an update, a change of search attributes; all local activities of one workflow task count as
one. Events by which virtual time skips belong to the demo's clock, not to the case, and are left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecution

_ONE_ACTION = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
}
_SKIP = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED
_AT_ONCE = 8


@dataclass(frozen=True)
class Cost:
    """Of one case, all its runs together."""

    workflow_id: str
    actions: int
    events: int
    history_bytes: int


def count_actions(events: Iterable[HistoryEvent]) -> int:
    """Actions of one run."""
    actions, last_task_with_marker = 0, -1
    for event in events:
        if event.event_type in _ONE_ACTION:
            actions += 1
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            actions += event.activity_task_started_event_attributes.attempt - 1
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            task = event.marker_recorded_event_attributes.workflow_task_completed_event_id
            actions += task != last_task_with_marker
            last_task_with_marker = task
    return actions


def count_events(events: Iterable[HistoryEvent]) -> int:
    """Events of one run, those by which virtual time skips left out."""
    return sum(1 for event in events if event.event_type != _SKIP)


async def count_costs(client: Client, workflow_ids: Sequence[str]) -> list[Cost]:
    """The costs of these cases, in this order."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def of(workflow_id: str) -> Cost:
        async with gate:
            return await _cost(client, workflow_id)

    return await asyncio.gather(*(of(workflow_id) for workflow_id in workflow_ids))


async def _cost(client: Client, workflow_id: str) -> Cost:
    runs = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")]
    actions = events = size = 0
    for run in runs:
        history = await _events(client, run)
        actions += count_actions(history)
        events += count_events(history)
        size += sum(event.ByteSize() for event in history if event.event_type != _SKIP)
    return Cost(workflow_id, actions, events, size)


async def _events(client: Client, run: WorkflowExecution) -> list[HistoryEvent]:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    return [event async for event in handle.fetch_history_events()]
