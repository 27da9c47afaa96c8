"""What a history costs, on histories made by hand; and when a run is at rest."""

from collections.abc import AsyncIterator
from typing import cast
from unittest.mock import Mock

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import (
    ActivityTaskStartedEventAttributes,
    HistoryEvent,
    MarkerRecordedEventAttributes,
    WorkflowExecutionStartedEventAttributes,
)
from temporalio.api.workflow.v1 import PendingActivityInfo, PendingWorkflowTaskInfo
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionResponse
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus

from domain.model.errors import SurroundingsError
from starter.demo import costs
from starter.demo.costs import at_rest, count_actions, count_bytes, count_events

SKIP, MOVED = "WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED", "WORKFLOW_EXECUTION_OPTIONS_UPDATED"
FREE = (
    "WORKFLOW_TASK_SCHEDULED",
    "WORKFLOW_TASK_STARTED",
    "WORKFLOW_TASK_COMPLETED",
    "WORKFLOW_TASK_FAILED",
    "ACTIVITY_TASK_COMPLETED",
    "ACTIVITY_TASK_FAILED",
    "TIMER_FIRED",
    "TIMER_CANCELED",
    "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
    "WORKFLOW_EXECUTION_CANCEL_REQUESTED",
    "WORKFLOW_EXECUTION_COMPLETED",
    "WORKFLOW_EXECUTION_CONTINUED_AS_NEW",
)
ONE_ACTION = (
    "WORKFLOW_EXECUTION_STARTED",
    "ACTIVITY_TASK_SCHEDULED",
    "TIMER_STARTED",
    "WORKFLOW_EXECUTION_SIGNALED",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
)


def plain(name: str) -> HistoryEvent:
    return HistoryEvent(event_type=EventType.Value(f"EVENT_TYPE_{name}"))


def marker(task: int, name: str = "core_local_activity") -> HistoryEvent:
    return HistoryEvent(
        event_type=EventType.EVENT_TYPE_MARKER_RECORDED,
        marker_recorded_event_attributes=MarkerRecordedEventAttributes(
            marker_name=name, workflow_task_completed_event_id=task
        ),
    )


def started(attempt: int) -> HistoryEvent:
    return HistoryEvent(
        event_type=EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED,
        activity_task_started_event_attributes=ActivityTaskStartedEventAttributes(attempt=attempt),
    )


@pytest.mark.parametrize("name", ONE_ACTION)
def test_what_is_charged_once_is_one_action(name: str) -> None:
    assert count_actions([plain(name), plain(name)]) == 2


@pytest.mark.parametrize("name", [*FREE, SKIP, MOVED])
def test_what_is_not_charged_is_no_action(name: str) -> None:
    assert count_actions([plain(name)]) == 0


def test_all_local_activities_of_one_workflow_task_are_one_action() -> None:
    assert count_actions([marker(4), marker(4), marker(4)]) == 1
    assert count_actions([marker(4), plain("TIMER_STARTED"), marker(4), marker(9), marker(14), marker(14)]) == 4


def test_a_marker_that_is_no_local_activity_costs_nothing() -> None:
    assert count_actions([marker(4, "core_patch"), marker(4)]) == 1


def test_each_retry_of_an_activity_is_an_action() -> None:
    assert count_actions([plain("ACTIVITY_TASK_SCHEDULED"), started(1)]) == 1
    assert count_actions([plain("ACTIVITY_TASK_SCHEDULED"), started(4)]) == 4


def test_a_history_of_nothing_costs_nothing() -> None:
    assert (count_actions([]), count_events([]), count_bytes([])) == (0, 0, 0)


def test_the_skips_of_virtual_time_are_neither_events_nor_bytes() -> None:
    events = [plain("WORKFLOW_EXECUTION_STARTED"), marker(4)]
    skips = [plain(SKIP)] * 2 + [plain(MOVED)]

    assert count_events([*skips, *events]) == 2
    assert count_bytes([*events, *skips]) == sum(len(event.SerializeToString()) for event in events)


@pytest.mark.parametrize(
    ("status", "pending", "rests"),
    [
        (WorkflowExecutionStatus.RUNNING, {}, True),
        (WorkflowExecutionStatus.RUNNING, {"pending_workflow_task": PendingWorkflowTaskInfo()}, False),
        (WorkflowExecutionStatus.RUNNING, {"pending_activities": [PendingActivityInfo()]}, False),
        (WorkflowExecutionStatus.COMPLETED, {}, True),
    ],
)
def test_a_run_is_at_rest_when_it_is_over_or_nothing_is_ahead_of_it(
    status: WorkflowExecutionStatus, pending: dict[str, object], rests: bool
) -> None:
    seen = Mock(WorkflowExecutionDescription, status=status)
    seen.raw_description = DescribeWorkflowExecutionResponse(**pending)

    assert at_rest(seen) is rests


class Server:
    """A server of one case in two runs, whose last task ends at the third look."""

    def __init__(self) -> None:
        self.looks = 0
        self.histories = {
            "run-1": [first(""), plain("TIMER_STARTED"), plain("WORKFLOW_EXECUTION_CONTINUED_AS_NEW")],
            "run-2": [first("run-1")],
        }

    def get_workflow_handle(self, workflow_id: str, *, run_id: str = "") -> Mock:
        assert workflow_id == "case/A-1"

        async def events() -> AsyncIterator[HistoryEvent]:
            for event in self.histories[run_id]:
                yield event

        return Mock(describe=self.describe, fetch_history_events=events)

    async def describe(self) -> Mock:
        self.looks += 1
        pending = {} if self.looks > 2 else {"pending_workflow_task": PendingWorkflowTaskInfo()}
        if self.looks == 3:
            self.histories["run-2"].append(marker(4))
        raw = DescribeWorkflowExecutionResponse(**pending)
        return Mock(status=WorkflowExecutionStatus.RUNNING, raw_description=raw, run_id="run-2")


def first(continued: str) -> HistoryEvent:
    return HistoryEvent(
        event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
        workflow_execution_started_event_attributes=WorkflowExecutionStartedEventAttributes(
            continued_execution_run_id=continued
        ),
    )


async def test_all_runs_of_a_case_are_counted_once_its_last_task_is_in_the_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(costs, "_LOOK_EVERY_S", 0)
    server = Server()

    (cost,) = await costs.count_costs(cast(Client, server), ["case/A-1"])

    every = [event for history in server.histories.values() for event in history]
    assert cost == costs.Cost("case/A-1", actions=4, events=5, history_bytes=count_bytes(every))


async def test_a_case_that_never_rests_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "_AT_REST_WITHIN_S", -1)

    with pytest.raises(SurroundingsError, match="case/A-1 does not come to rest: see"):
        await costs.count_costs(cast(Client, Server()), ["case/A-1"])
