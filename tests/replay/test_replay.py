"""Histories recorded by earlier commits replay with today's workflow, whatever became of strategy and decisions."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

import worker
from starter.connection import data_converter
from starter.settings import Settings
from tests.replay.corpus import HISTORIES, Manifest, code_of, contents, histories, recordings
from tests.replay.reordered import Copied, Reordered
from tests.replay.scenarios import SCENARIOS
from workflows.case import CaseWorkflow

_RECORD = "record them on a clean commit: .venv/bin/python -m tests.replay.record"


@pytest.fixture
def corpus() -> list[Path]:
    found = recordings()
    assert found, f"there are no recorded histories in {HISTORIES.name}: {_RECORD}"
    return found


def replayer(case_workflow: type = CaseWorkflow) -> Replayer:
    return Replayer(
        workflows=[case_workflow],
        data_converter=data_converter(Settings()),
        workflow_runner=worker.workflow_runner(),
    )


async def test_every_recorded_history_replays(corpus: list[Path]) -> None:
    for recording in corpus:
        for name, history in histories(recording).items():
            result = await replayer().replay_workflow(history, raise_on_replay_failure=False)
            assert result.replay_failure is None, f"{recording.name}/{name}: {result.replay_failure}"


async def test_a_planted_change_of_the_command_order_makes_the_replay_fail(corpus: list[Path]) -> None:
    for recording in corpus:
        # the copy without the planted line replays: what fails below is that line
        await replayer(Copied).replay_workflow(histories(recording)["started-ahead-1"])
        with pytest.raises(NondeterminismError):
            await replayer(Reordered).replay_workflow(histories(recording)["started-ahead-1"])


def test_strategy_and_decisions_have_changed_since_a_recording(corpus: list[Path]) -> None:
    """Else a green replay would prove nothing about such changes."""
    now = code_of()
    then = [Manifest.read(recording).code for recording in corpus]
    assert any(
        code.strategy_sha256 != now.strategy_sha256 and code.decide_sha256 != now.decide_sha256 for code in then
    ), "no recording is older than both the strategy and the decisions"


def test_recordings_are_named_by_their_commit_and_one_has_every_scenario(corpus: list[Path]) -> None:
    recorded = [{name.rpartition("-")[0] for name in histories(recording)} for recording in corpus]
    assert set(SCENARIOS) in recorded
    for recording in corpus:
        assert Manifest.read(recording).commit.startswith(recording.name)
        assert "continued-as-new-2" in histories(recording)


def test_recorded_histories_hold_no_path_and_no_machine(corpus: list[Path]) -> None:
    for recording in corpus:
        for file in recording.glob("*.json"):
            said = contents(file.read_text(encoding="utf-8"))
            traces = ['File "', *(f"/{folder}/" for folder in ("tmp", "home", "root", "work"))]
            assert not [trace for trace in traces if trace in said], file
            assert said.count('"identity"') == said.count('"identity": "recorder"'), file
