"""The reconciler's pass as an activity: what an attempt before this one saw is not looked at again, and counts."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import reconcile
from activities.reconcile import ReconcileActivities
from domain.model.errors import SurroundingsError
from domain.model.reconcile import Found, Overdue, Part, Place, ReconcileAsk, Reconciled, Repair

ASK = ReconcileAsk(as_of=datetime(2026, 3, 2, tzinfo=UTC))
LOST, LATE = (Found(repair=kind, account_id="a1", of="a1/1") for kind in (Repair.LOST_RUN, Repair.LATE_RUN))


@dataclass
class Meter:
    """What was counted: (metric, kind of repair) → how often."""

    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    name: str = ""

    def with_additional_attributes(self, attributes: dict[str, object]) -> Meter:
        return self

    def create_counter(self, name: str, description: str) -> Meter:
        self.name = name
        return self

    def add(self, count: int, attributes: dict[str, str]) -> None:
        self.counted[self.name, attributes["kind"]] = count


async def test_every_page_is_told_and_every_repair_counted(caplog: pytest.LogCaptureFixture) -> None:
    async def mend(ask: ReconcileAsk, told) -> Reconciled:
        assert ask == ASK
        told(Reconciled(runs=5, place=Place(part=Part.CASES)).with_found(LOST))
        return Reconciled(runs=5, cases=2).with_found(LOST, LOST, LATE)

    environment, meter, beats = ActivityEnvironment(), Meter(), list[Reconciled]()
    environment.metric_meter, environment.on_heartbeat = meter, beats.append
    with caplog.at_level(logging.WARNING, logger="activities.reconcile"):
        done = await environment.run(ReconcileActivities(mend).reconcile, ASK)
    assert (done.runs, done.cases) == (5, 2)
    assert [(beat.runs, beat.place) for beat in beats] == [(5, Place(part=Part.CASES))]
    assert meter.counted == {("duecourse_repairs", "lost_run"): 2, ("duecourse_repairs", "late_run"): 1}
    (line,) = caplog.messages
    assert '"lost_run":2' in line
    assert "a1" not in line


async def test_an_attempt_goes_on_where_the_one_before_it_ended() -> None:
    before = Reconciled(runs=500, place=Place(part=Part.CASES, after="a7")).with_found(LOST)

    async def mend(ask: ReconcileAsk, told) -> Reconciled:
        assert ask.place == Place(part=Part.CASES, after="a7")
        told(Reconciled(cases=3, place=Place(part=Part.PERMITS)))
        return Reconciled(cases=3).with_found(LATE)

    environment, beats = ActivityEnvironment(), list[Reconciled]()
    environment.info = replace(environment.info, heartbeat_details=[before.model_dump(mode="json")])
    environment.on_heartbeat = beats.append
    done = await environment.run(ReconcileActivities(mend).reconcile, ASK)
    assert done == Reconciled(runs=500, cases=3).with_found(LOST, LATE)
    assert (beats[0].runs, beats[0].cases, beats[0].place) == (500, 3, Place(part=Part.PERMITS))


async def test_a_slow_page_tells_where_it_began_for_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "_BEAT_S", 0.01)
    beats, place = list[Reconciled](), Place(part=Part.MESSAGES)

    async def mend(ask: ReconcileAsk, told) -> Reconciled:
        told(Reconciled(runs=5, place=place))
        async with asyncio.timeout(10):
            while len(beats) < 4:
                await asyncio.sleep(0.01)
        return Reconciled(runs=5)

    environment = ActivityEnvironment()
    environment.on_heartbeat = beats.append
    await environment.run(ReconcileActivities(mend).reconcile, ASK)
    assert {beat.place for beat in beats[:4]} == {place}


@pytest.mark.parametrize(
    ("done", "lines"),
    [(Reconciled(runs=9), 0), (Reconciled(failed=1), 1), (Reconciled(overdue=Overdue(rings=1)), 1)],
)
async def test_a_pass_that_found_nothing_is_not_worth_a_line(caplog, done: Reconciled, lines: int) -> None:
    async def mend(ask: ReconcileAsk, told) -> Reconciled:
        return done

    with caplog.at_level(logging.INFO, logger="activities.reconcile"):
        await ActivityEnvironment().run(ReconcileActivities(mend).reconcile, ASK)
    assert len(caplog.records) == lines


async def test_a_server_that_is_away_is_one_line_and_tried_again() -> None:
    async def away(ask: ReconcileAsk, told) -> Reconciled:
        raise SurroundingsError("the Temporal server does not list its cases")

    with pytest.raises(ApplicationError, match="does not list its cases") as told:
        await ActivityEnvironment().run(ReconcileActivities(away).reconcile, ASK)
    assert (told.value.type, told.value.non_retryable) == ("Surroundings", False)
