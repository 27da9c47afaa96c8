"""Disputes: what each is about, what it holds, and its clock."""

from datetime import date

import pytest

from domain.model.case import MOST_HOLDS
from domain.model.causes import Cause, CausePath
from domain.model.contact import Direction
from domain.model.disputes import DisputeOutcome, DisputeTerms, ResolveDispute
from domain.model.events import Hold, HoldReason, Withdraw
from tests.domain.case.desk import Desk, packs_of
from tests.domain.compliance.small_packs import local, rule

TODAY = date(2026, 3, 3)
OLD, NEW = date(2026, 1, 17), date(2026, 2, 17)
HOLD = rule(
    "dispute",
    opened_by="dispute_raised",
    closed_by=["dispute_resolved", "dispute_withdrawn"],
    blocks=["collect_contact"],
    scope="debt",
)
PATHS = {
    Cause.DISPUTE: CausePath(person={"hold": "dispute", "days": 60}, work=({"task": "dispute_review", "days": 15},))
}


@pytest.fixture
def bank(desk_of) -> Desk:
    """100 due in February and 40 in January, fourteen and forty-five days late."""
    return owing(desk_of(packs_of(holds=[HOLD]), causes=PATHS))


def owing(bank: Desk) -> Desk:
    bank.world.owe(OLD, "40")
    return bank


def dispute(bank: Desk, *due_on: date, name: str = "d-1", **more: object):
    told = {"direction": Direction.IN, "verified": True, "cause": Cause.DISPUTE, "disputed_due_on": due_on}
    return bank.report("conversation", **{"id": name, **told, **more})


def resolve(bank: Desk, outcome: str, *, name: str = "d-1", at: str | None = None, **more: object):
    asked = {"id": f"o-{len(bank.steps)}", "dispute": name, "by": "lead-2", **more}
    return bank.step(ResolveDispute(outcome=DisputeOutcome(outcome), **asked), at=at).answers[0]


def entries(bank: Desk, kind: str):
    return [entry for step in bank.steps for entry in step.entries if entry.kind == kind]


def closed(bank: Desk) -> list[str]:
    return [entry.task_id.partition("/")[0] for entry in entries(bank, "close_task")]


def test_a_part_dispute_has_a_clock_and_leaves_its_part_out(bank, new_money) -> None:
    answer = dispute(bank, NEW, about="shop-9")
    assert answer.text.endswith("; the dispute d-1 is to be resolved by 2026-04-02")
    (opened,) = bank.world.case.disputes
    assert (opened.since, opened.due_on, opened.about, opened.person_hold) == (TODAY, (NEW,), "shop-9", None)
    assert opened.contact_id == entries(bank, "keep_contact")[0].contact_id
    (hold,) = bank.world.case.holds
    assert (hold.id, hold.reason, hold.obligations_due_on) == (opened.hold_id, HoldReason.LEFT_OUT, (NEW,))
    assert bank.said == []
    assert bank.world.case.arrears.past_due == new_money(140), "it is owed as before, and only not asked for"
    (kept,) = entries(bank, "keep_dispute")
    assert (kept.step, kept.awaits, kept.dispute) == ("opened", True, opened)


@pytest.mark.parametrize(
    ("packs", "terms", "by"),
    [
        ({}, None, date(2026, 4, 2)),
        ({}, DisputeTerms(resolve_days=20), date(2026, 3, 23)),
        ({"disputes": {"source": "s"}}, DisputeTerms(resolve_days=20), date(2026, 3, 23)),
        ({"disputes": {"source": "s", "resolve_days": 90}}, DisputeTerms(resolve_days=20), date(2026, 6, 1)),
    ],
)
def test_the_clock_is_that_of_the_pack_else_of_the_strategy_else_of_the_house(desk_of, packs, terms, by) -> None:
    bank = desk_of(packs_of(**packs), causes=PATHS)
    bank.world.strategy = bank.world.strategy.model_copy(update={"disputes": terms})
    dispute(bank, NEW)
    assert bank.world.case.disputes[0].resolve_by == by


def test_where_the_pack_asks_for_a_letter_it_is_a_task(desk_of) -> None:
    bank = desk_of(packs_of(disputes={"source": "s", "acknowledge_days": 30}), causes=PATHS)
    dispute(bank, NEW)
    assert [task.task for task in bank.tasks] == ["dispute_review", "dispute_acknowledgement"]
    assert (bank.tasks[-1].task_id, bank.tasks[-1].due_at) == (
        "dispute_acknowledgement/a1/1/d-1",
        local("2026-04-03T00:00"),
    )
    resolve(bank, "not_upheld")
    assert closed(bank) == ["dispute_review", "dispute_acknowledgement", "dispute_escalation"]


def test_without_a_hold_of_the_packs_all_that_fell_due_is_left_out(desk_of) -> None:
    bank = owing(desk_of(packs_of()))
    dispute(bank)
    (hold,) = bank.world.case.holds
    assert hold.obligations_due_on == (OLD, NEW)
    assert bank.world.case.next.why == "what is past due is left out by a hold"
    resolve(bank, "not_upheld")
    assert bank.world.case.holds == ()


def test_what_is_disputed_already_opens_no_second_dispute(bank) -> None:
    dispute(bank, NEW)
    answer = dispute(bank, NEW, name="d-2")
    assert answer.text.endswith("; this is disputed already, by d-1")
    (opened,) = bank.world.case.disputes
    assert len(opened.reports) == 2
    dispute(bank, OLD, NEW, name="d-3")
    assert [each.due_on for each in bank.world.case.disputes] == [(NEW,), (OLD,)]
    assert dispute(bank, OLD, name="d-4").text.endswith("; this is disputed already, by d-3")
    dispute(bank, name="d-5")
    assert [each.id for each in bank.world.case.disputes] == ["d-1", "d-3", "d-5"]
    assert dispute(bank, name="d-6").text.endswith("; this is disputed already, by d-5")
    assert dispute(bank, NEW, name="d-7").text.endswith("; this is disputed already, by d-5")
    resolve(bank, "not_upheld")
    assert closed(bank).count("dispute_review") == 2, "the task of each report that told it"
    found = resolve(bank, "not_upheld", name="d-9").text
    assert found == "no dispute d-9 is open on this case: open are d-3, d-5"


def test_who_may_call_is_told_what_not_to_ask_for(bank) -> None:
    assert "dispute" not in bank.request().text
    dispute(bank, NEW)
    dispute(bank, OLD, name="d-2")
    assert bank.request().text.endswith(
        "; do not ask for what fell due on 2026-02-17, nor for what fell due on 2026-01-17: it is in dispute"
    )


def test_a_disputed_part_is_left_out_whatever_else_lies_on_the_case(bank) -> None:
    bank.step(*(Hold(id=f"h-{number}") for number in range(MOST_HOLDS)))
    dispute(bank, NEW)
    assert bank.world.case.holds[-1].obligations_due_on == (NEW,)


def test_a_closed_case_opens_no_dispute(bank) -> None:
    bank.step(Withdraw(id="w-1"))
    dispute(bank, NEW)
    assert bank.world.case.disputes == ()
    assert resolve(bank, "upheld").text == "this case is closed: withdrawn"
