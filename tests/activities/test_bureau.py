"""A credit bureau is told once under a key, after a last look, and its answer is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.answers import Answer, Confirmed, Refused
from activities.bureau import Bureau
from activities.bureaus.base import Telling
from activities.bureaus.embedded import EmbeddedBureau
from activities.bureaus.listed import ListedBureau
from activities.bureaus.none import NoBureau
from domain.model.bureau import BureauReport, ReportKind, ReportState, ReportStatus, TellBureau
from domain.model.contact import FactKind
from domain.model.disputes import OpenDispute
from domain.model.entries import AddTask, AskReport, Entry, GivePromise, KeepDispute
from domain.model.errors import SurroundingsError
from domain.model.events import Answer as Answered
from domain.model.events import HoldReason
from domain.model.money import Money
from domain.model.promise import Promise
from domain.model.re_age import ReAgeState
from ledger import bureau_reports, cases, keeping, requests
from ledger.bureau_reports import ReportRow
from ledger.keeping import Kept
from policies import load_strategy
from tests.activities.sending import WorldOf, fact
from tests.activities.world import DECIDED_AT, FIRST_DUE, MINIMUM, SECOND_DUE, STRATEGY, World, rules_with
from tests.ledger.re_age_of_one import step

HOUR = timedelta(hours=1)
NEGATIVE = BureauReport(
    key="A-1/1/bureau/negative/1",
    kind=ReportKind.NEGATIVE,
    status=ReportStatus.PAST_DUE,
    past_due=Money.of_minor(2 * MINIMUM, "TWD"),
    oldest_due_on=FIRST_DUE,
    days_past_due=46,
)
UPDATE = NEGATIVE.model_copy(
    update={"key": "A-1/1/bureau/update/1", "kind": ReportKind.UPDATE, "status": ReportStatus.CURED}
)
CORRECTION = NEGATIVE.model_copy(
    update={"key": "A-1/1/bureau/correction/d-1", "kind": ReportKind.CORRECTION, "dispute": "d-1"}
)
DEAD = {"id": "dead", "opened_by": "died", "closed_by": ["on"], "blocks": ["furnish_negative"], "source": "law"}


class ScriptedBureau:
    """Answers as it is told to, and remembers what it was told."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.told = list(answers), list[str]()

    def tell(self, telling: Telling) -> Answer:
        self.told.append(telling.report.key)
        answer = self.answers.pop(0) if self.answers else Confirmed("B-9")
        if isinstance(answer, Exception):
            raise answer
        return answer


def keep(world: World, *entries: Entry) -> None:
    with world.ledger.write() as conn:
        keeping.keep(conn, entries, Kept("A-1/1", "A-1", "P-1", DECIDED_AT))


def want(world: World, *reports: BureauReport) -> World:
    for each in reports:
        task = AddTask(task_id=f"bureau_report/{each.key}", task="bureau_report", detail={"report": each.key})
        keep(world, AskReport(report=each), task)
    return world


@pytest.fixture
def world(place: WorldOf) -> World:
    """Two minimum payments are past due, and the bureau is to be told."""
    strategy = STRATEGY.model_copy(update={"promises": load_strategy("card-standard").promises})
    return want(place(strategy=strategy, rules=rules_with(holds=[DEAD])), NEGATIVE)


def tell(world: World, bureau, *reports: BureauReport) -> tuple[ReportState, ...]:
    told = reports or (NEGATIVE,)
    command = TellBureau(key=told[-1].key, case_id="A-1/1", account_id="A-1", as_of=DECIDED_AT, reports=told)
    return Bureau(world.ledger, bureau, now=lambda: DECIDED_AT + timedelta(minutes=1)).report_to_bureau(command).states


def row(world: World, report: BureauReport = NEGATIVE) -> ReportRow:
    with world.ledger.read() as conn:
        found = bureau_reports.get(conn, report.key)
    assert found is not None
    return found


def test_it_is_told_once_and_its_answer_is_kept(world: World) -> None:
    bureau = ScriptedBureau(Confirmed("B-7"))
    assert [tell(world, bureau) for _ in range(2)] == [(ReportState.CONFIRMED,)] * 2
    assert bureau.told == [NEGATIVE.key]
    assert (row(world).reference, world.tasks()) == ("B-7", ())
    assert world.audit_kinds() == ["bureau_report_wanted", "bureau_report_ended"]


def test_the_stand_in_confirms_whatever_it_is_told(world: World) -> None:
    assert tell(world, EmbeddedBureau()) == (ReportState.CONFIRMED,)


def test_a_refusal_is_a_task(world: World) -> None:
    assert tell(world, ScriptedBureau(Refused("unknown-account"))) == (ReportState.REFUSED,)
    assert (row(world).reason, [task.kind for task in world.tasks()]) == ("unknown-account", ["bureau_refused"])


def test_a_bank_without_a_bureau_tells_nobody(world: World) -> None:
    assert tell(world, NoBureau()) == (ReportState.REFUSED,)
    assert row(world).reason == "no-bureau"


def test_a_bureau_that_answers_by_the_list_has_it_until_then(world: World) -> None:
    assert tell(world, ListedBureau()) == (ReportState.SENT,)
    assert [task.kind for task in world.tasks()] == ["bureau_report"]
    bureau = ScriptedBureau()
    assert (tell(world, bureau), bureau.told) == ((ReportState.SENT,), [])


def test_what_may_have_been_told_is_told_again_whatever_came_meanwhile(world: World) -> None:
    with pytest.raises(ApplicationError) as failed:
        tell(world, ScriptedBureau(SurroundingsError("the bureau is away")))
    assert (failed.value.type, row(world).state) == ("Surroundings", ReportState.WANTED)
    assert row(world).tried_at is not None
    world.pay(MINIMUM)
    world.pay(MINIMUM, to=SECOND_DUE)
    bureau = ScriptedBureau()
    assert (tell(world, bureau), bureau.told) == ((ReportState.CONFIRMED,), [NEGATIVE.key])


def test_an_unknown_key_is_told_in_words(world: World) -> None:
    unknown = NEGATIVE.model_copy(update={"key": "A-1/1/bureau/negative/9"})
    with pytest.raises(ApplicationError, match="no report A-1/1/bureau/negative/9 in the ledger"):
        tell(world, EmbeddedBureau(), unknown)


def dispute(world: World) -> None:
    opened = OpenDispute(
        id="d-1",
        contact_id="c-1",
        reports=("c-1",),
        since=DECIDED_AT.date(),
        told_at=DECIDED_AT,
        resolve_by=DECIDED_AT.date() + timedelta(days=30),
    )
    keep(world, KeepDispute(step="opened", dispute=opened, awaits=True))


def promise(world: World) -> None:
    made = Promise(
        id="p-1",
        amount=Money.of_minor(MINIMUM, "TWD"),
        made_on=DECIDED_AT.date(),
        made_at=DECIDED_AT,
        due_on=DECIDED_AT.date() + timedelta(days=5),
        grace_ends_on=DECIDED_AT.date() + timedelta(days=7),
    )
    keep(world, GivePromise(promise=made))
    with world.ledger.write() as conn:
        found = cases.get(conn, "A-1/1")
        assert found is not None
        requests.store(conn, "A-1/1", found.step_no, [Answered(id="p-1", accepted=True, text="")], DECIDED_AT)


AGAINST = {
    "disputed": dispute,
    "promised": promise,
    "re-age": lambda world: keep(world, step(ReAgeState.ASKED, 1, by="agent-1")),
    "held": lambda world: world.hold(HoldReason.OPERATOR),
    "paid": lambda world: world.pay(1),
    "barred": lambda world: world.tell(fact(FactKind.HOLD, name="dead")),
    "closed": lambda world: world.close(),
}


@pytest.mark.parametrize("why", AGAINST)
def test_at_the_last_look_what_is_no_longer_so_is_told_to_nobody(world: World, why: str) -> None:
    AGAINST[why](world)
    bureau = ScriptedBureau()
    assert (tell(world, bureau), bureau.told) == ((ReportState.DROPPED,), [])
    assert row(world).reason == why
    assert [task.kind for task in world.tasks() if task.kind.startswith("bureau")] == []


def test_a_correction_is_told_whatever_stands_against_it(world: World) -> None:
    want(world, CORRECTION)
    dispute(world)
    assert tell(world, EmbeddedBureau(), CORRECTION) == (ReportState.CONFIRMED,)


def test_an_end_is_told_only_of_what_was_told(world: World) -> None:
    want(world, UPDATE)
    world.close()
    bureau = ScriptedBureau()
    assert tell(world, bureau, NEGATIVE, UPDATE) == (ReportState.DROPPED, ReportState.DROPPED)
    assert (bureau.told, row(world, UPDATE).reason) == ([], "nothing-was-reported")


def test_an_end_never_comes_before_what_it_ends(world: World) -> None:
    with pytest.raises(ApplicationError):
        tell(world, ScriptedBureau(SurroundingsError("the bureau is away")))
    want(world, UPDATE)
    world.close()
    bureau = ScriptedBureau()
    assert tell(world, bureau, NEGATIVE, UPDATE) == (ReportState.CONFIRMED, ReportState.CONFIRMED)
    assert bureau.told == [NEGATIVE.key, UPDATE.key]
