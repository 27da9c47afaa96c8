"""What a decision knows of reports to a credit bureau: the ledger tells it at every step, to whichever run asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.advance import CaseActivities
from domain.model.blocker import Blocker
from domain.model.bureau import BUREAU_NOTICE, ReportState, TellBureau
from domain.model.case import Advance, Case, Step
from domain.model.commands import SendNotice
from domain.model.disputes import OpenDispute
from domain.model.entries import KeepDispute
from domain.model.events import Woken
from domain.model.facts import MessageState
from domain.model.strategy import BureauTerms, Channel
from ledger import bureau_reports, keeping, keeping_bureau, messages
from ledger.keeping import Kept
from tests.activities.sending import WorldOf, blocker_of
from tests.activities.world import DECIDED_AT, STRATEGY, World, rules_with

DAY = timedelta(days=1)
TERMS = BureauTerms(report_from_dpd=40, notice_days=1, channels=(Channel.FILE,))
NOTICE = {
    "id": "negative_report_notice",
    "required_before": "furnish_negative",
    "items": ["what_is_reported"],
    "source": "law",
}
KEY = "A-1/1/bureau/negative/1"


@pytest.fixture
def world(place: WorldOf) -> World:
    """Forty-six days past due, under a strategy that reports from the fortieth on."""
    strategy = STRATEGY.model_copy(update={"bureau": TERMS})
    return place(strategy=strategy, rules=rules_with(notices=[NOTICE]))


def advance(world: World, case: Case, days: int, **more: bool) -> Step:
    at = DECIDED_AT + days * DAY
    activities = CaseActivities(world.ledger, **more)
    return activities.advance(Advance(case=case, events=(Woken(),), as_of=at))


def notice_of(step: Step) -> SendNotice | None:
    found = (each for each in step.commands if isinstance(each, SendNotice) and each.step == BUREAU_NOTICE)
    return next(found, None)


def reports_of(step: Step) -> list[str]:
    told = (each for each in step.commands if isinstance(each, TellBureau))
    return [report.key for command in told for report in command.reports]


def warned(world: World) -> Case:
    """The customer was told, and the message has left."""
    step = advance(world, world.case, 0)
    notice = notice_of(step)
    assert notice is not None
    with world.ledger.write() as conn:
        messages.intend(conn, notice, "P-1", "C-1", DECIDED_AT.date(), DECIDED_AT, MessageState.SENT)
    return step.case


def test_the_bureau_is_told_when_the_days_after_the_notice_are_over(world: World) -> None:
    step = advance(world, warned(world), 1)
    assert reports_of(step) == []
    step = advance(world, step.case, 2)
    assert reports_of(step) == [KEY]
    with world.ledger.read() as conn:
        row = bureau_reports.get(conn, KEY)
    assert row is not None
    assert (row.state, row.report.days_past_due) == (ReportState.WANTED, 48)
    assert [task.kind for task in world.tasks() if task.kind == "bureau_report"] == ["bureau_report"]
    told = next(body for kind, body in reversed(world.audit()) if kind == "step")
    assert told["facts"]["bureau"] == {"reports": {}, "notices": {f"A-1/1/{BUREAU_NOTICE}/1/2026-02-02/1": "sent"}}


def test_a_run_that_begins_again_knows_what_was_told(world: World) -> None:
    step = advance(world, warned(world), 2)
    assert reports_of(step) == [KEY]
    again = advance(world, world.case, 3)
    assert (reports_of(again), notice_of(again)) == ([KEY], None), "nobody has said that the bureau has it"
    with world.ledger.write() as conn:
        keeping_bureau.end_report(conn, KEY, ReportState.CONFIRMED, DECIDED_AT + 3 * DAY)
    last = advance(world, world.case, 4)
    assert (reports_of(last), notice_of(last)) == ([], None)


@pytest.mark.parametrize(("goes_on", "blocker"), [(True, Blocker.HELD), (False, None)])
def test_the_notice_does_not_leave_once_something_is_disputed(world: World, goes_on, blocker) -> None:
    notice = notice_of(advance(world, world.case, 0))
    assert notice is not None
    opened = OpenDispute(
        id="d-1",
        contact_id="c-1",
        reports=("c-1",),
        since=DECIDED_AT.date(),
        told_at=DECIDED_AT,
        resolve_by=DECIDED_AT.date() + 30 * DAY,
    )
    if goes_on:
        entry = KeepDispute(step="opened", dispute=opened, awaits=True)
        with world.ledger.write() as conn:
            keeping.keep(conn, [entry], Kept("A-1/1", "A-1", "P-1", DECIDED_AT))
    result = world.messaging().send_notice(notice)
    assert blocker_of(result) is blocker


def test_a_bank_without_a_bureau_warns_nobody_and_reports_nothing(world: World) -> None:
    assert notice_of(advance(world, world.case, 0, reports=False)) is None
