"""Complaints: their clock, who may answer, what stops meanwhile, and what becomes of them when the case ends."""

from datetime import date

import pytest

from domain.case.complaints import answer_by, clock_of
from domain.model.complaints import MOST_OPEN, AnswerComplaint, Complain, ComplaintOutcome, ExtendComplaint
from domain.model.contact import FactKind
from domain.model.duties import Complaints
from domain.model.events import Withdraw
from domain.model.permits import PermitState
from policies import load_rules
from tests.domain.case.desk import Desk, packs_of
from tests.domain.compliance.small_packs import local, pack, rule

TODAY = date(2026, 3, 3)
CLOCK = {
    "source": "s",
    "answer": {"n": 15},
    "extend": [{"to": 30, "needs": "reason"}, {"to": 60, "needs": "approval"}],
    "not_by": ["subject_of_complaint"],
}
HOLD = rule(
    "complaint_open",
    opened_by="complaint_received",
    closed_by=["complaint_answered", "complaint_withdrawn"],
    scope="debt",
    blocks=["collect_contact"],
)


@pytest.fixture
def bank(desk_of) -> Desk:
    return desk_of(packs_of(holds=[HOLD], complaints=CLOCK))


def ask(bank: Desk, request, at: str | None = None):
    return bank.step(request, at=at).answers[0]


def entries(bank: Desk, kind: str):
    return [entry for step in bank.steps for entry in step.entries if entry.kind == kind]


def test_a_complaint_has_a_clock_stops_contact_and_is_a_task(bank) -> None:
    name = bank.request("r-1").permit.permit_id
    answer = ask(bank, Complain(id="k-1", about="agent-7", reference="LET-4"))
    assert (answer.accepted, answer.text) == (True, "the complaint k-1 is to be answered by 2026-03-18")
    (complaint,) = bank.world.case.complaints
    assert (complaint.received_on, complaint.answer_by, complaint.about) == (TODAY, date(2026, 3, 18), "agent-7")
    (task,) = bank.tasks
    assert (task.task_id, task.due_at) == ("complaint/a1/1/k-1", local("2026-03-19T00:00"))
    assert task.detail == {"complaint": "k-1", "about": "agent-7"}
    assert [(fact.name, fact.debts, fact.until) for fact in bank.said] == [("complaint_open", ("a1",), None)]
    assert bank.state(name) is PermitState.EXPIRED, "the permit is taken back in the same step"
    assert bank.request().refused_by == ("xx.complaint_open",)
    (kept,) = entries(bank, "keep_complaint")
    assert (kept.step, kept.reference, kept.outcome) == ("received", "LET-4", None)


def test_nothing_leaves_in_the_step_that_hears_of_a_complaint(bank) -> None:
    bank.now = local("2026-09-10T10:00")  # the notice of the ladder is due
    ask(bank, Complain(id="k-1"))
    assert bank.steps[-1].commands == ()


def test_it_comes_before_a_supervisor_before_its_day_once(bank) -> None:
    ask(bank, Complain(id="k-1"))
    assert bank.world.case.next.wake_at == local("2026-03-15T00:00")
    bank.step(at="2026-03-14T23:59")
    assert [task.task for task in bank.tasks] == ["complaint"]
    for at in ("2026-03-15T00:00", "2026-03-16T00:00"):
        bank.step(at=at)
    assert [task.task for task in bank.tasks] == ["complaint", "complaint_escalation"]
    assert bank.tasks[-1].due_at == local("2026-03-19T00:00")
    assert bank.world.case.complaints[0].escalated


def test_one_that_comes_in_late_is_before_a_supervisor_at_once(bank) -> None:
    ask(bank, Complain(id="k-1", received_on=date(2026, 2, 19)))
    assert [task.task for task in bank.tasks] == ["complaint", "complaint_escalation"]


def test_an_answer_ends_the_clock_the_task_and_the_hold(bank) -> None:
    ask(bank, Complain(id="k-1", about="agent-7"))
    own = ask(bank, AnswerComplaint(id="a-1", complaint_id="k-1", outcome=ComplaintOutcome.REJECTED, by="agent-7"))
    assert own.text == "the complaint is about agent-7: somebody else must answer it"
    answer = ask(
        bank, AnswerComplaint(id="a-2", complaint_id="k-1", outcome=ComplaintOutcome.PARTLY_UPHELD, by="lead-2")
    )
    assert (answer.accepted, answer.text) == (True, "the complaint k-1 is partly upheld")
    assert bank.world.case.complaints == ()
    assert entries(bank, "keep_complaint")[-1].step == "answered"
    closed = entries(bank, "close_task")
    assert [each.task_id for each in closed] == ["complaint/a1/1/k-1", "complaint_escalation/a1/1/k-1"]
    assert {(each.by, each.outcome) for each in closed} == {("lead-2", "partly_upheld")}
    assert [(fact.kind, fact.name) for fact in bank.said][-1] == (FactKind.EVENT, "complaint_answered")
    assert bank.request().permit is not None
    again = ask(bank, AnswerComplaint(id="a-3", complaint_id="k-1", outcome=ComplaintOutcome.UPHELD, by="lead-2"))
    assert again.text == "no complaint k-1 is open on this case"


def test_contact_waits_until_the_last_of_several_is_answered(bank) -> None:
    for name in ("k-1", "k-2"):
        ask(bank, Complain(id=name))
    ask(bank, AnswerComplaint(id="a-1", complaint_id="k-1", outcome=ComplaintOutcome.UPHELD, by="lead-2"))
    assert bank.request().refused_by == ("xx.complaint_open",)
    ask(bank, AnswerComplaint(id="a-2", complaint_id="k-2", outcome=ComplaintOutcome.WITHDRAWN, by="agent-7"))
    assert bank.request().permit is not None
    assert bank.said[-1].name == "complaint_withdrawn"


def test_whom_it_is_about_may_write_down_that_it_was_withdrawn(bank) -> None:
    ask(bank, Complain(id="k-1", about="agent-7"))
    withdrawn = AnswerComplaint(id="a-1", complaint_id="k-1", outcome=ComplaintOutcome.WITHDRAWN, by="agent-7")
    assert ask(bank, withdrawn).accepted


def test_an_answer_after_its_day_says_so(bank) -> None:
    ask(bank, Complain(id="k-1"))
    late = AnswerComplaint(id="a-1", complaint_id="k-1", outcome=ComplaintOutcome.UPHELD, by="lead-2")
    answer = ask(bank, late, at="2026-03-19T00:00")
    assert answer.text == "the complaint k-1 is upheld, after the last day 2026-03-18"


def test_an_answer_is_put_off_with_a_reason_then_with_an_approval_and_no_further(bank) -> None:
    ask(bank, Complain(id="k-1", about="agent-7"))
    bank.step(at="2026-03-15T00:00")

    def put_off(number: int, approved_by: str | None = None):
        request = ExtendComplaint(id=f"e-{number}", complaint_id="k-1", reason="records", approved_by=approved_by)
        return ask(bank, request)

    assert put_off(1).text == "the complaint k-1 is to be answered by 2026-04-02: tell the customer why"
    assert not bank.world.case.complaints[0].escalated, "its new day is farther away"
    assert put_off(2).text == "up to 60 days need an approval: say who approved it"
    assert put_off(3, "agent-7").text == "the complaint is about agent-7, who does not approve that it takes longer"
    assert put_off(4, "lead-2").text == "the complaint k-1 is to be answered by 2026-05-02: tell the customer why"
    assert put_off(5, "lead-2").text == "the answer is due by 2026-05-02: the rules let nobody put it off further"
    assert [entry.step for entry in entries(bank, "keep_complaint")] == ["received", "extended/1", "extended/2"]
    told = [task.task_id for task in bank.tasks if task.task == "complaint_extension"]
    assert told == ["complaint_extension/a1/1/k-1/1", "complaint_extension/a1/1/k-1/2"]
    ask(bank, AnswerComplaint(id="a-1", complaint_id="k-1", outcome=ComplaintOutcome.UPHELD, by="lead-2"))
    assert [each.task_id.partition("/a1/1/")[::2] for each in entries(bank, "close_task")] == [
        ("complaint", "k-1"),
        ("complaint_escalation", "k-1"),
        ("complaint_escalation", "k-1/1"),
        ("complaint_escalation", "k-1/2"),
    ]
    missing = ExtendComplaint(id="e-9", complaint_id="k-9", reason="records")
    assert ask(bank, missing).text == "no complaint k-9 is open on this case"


def test_a_case_that_ends_leaves_what_is_not_answered_to_a_supervisor(bank) -> None:
    ask(bank, Complain(id="k-1"))
    bank.step(Withdraw(id="w-1"))
    assert [task.task for task in bank.tasks] == ["complaint", "complaint_escalation"]
    assert ask(bank, Complain(id="k-2")).text == "this case is closed: withdrawn"


@pytest.mark.parametrize(
    ("received_on", "why"),
    [
        (date(2026, 3, 4), "the complaint would have come in on 2026-03-04, after today (2026-03-03)"),
        (date(2025, 3, 1), "2025-03-01 is more than a year ago: is it the right date?"),
    ],
)
def test_a_day_that_cannot_be_is_refused(bank, received_on, why) -> None:
    assert ask(bank, Complain(id="k-1", received_on=received_on)).text == why


def test_a_case_has_so_many_open_complaints(bank) -> None:
    for number in range(MOST_OPEN):
        assert ask(bank, Complain(id=f"k-{number}")).accepted
    assert ask(bank, Complain(id="k-9")).text == "5 complaints are open on this case already: add it to one of them"


@pytest.mark.parametrize(
    ("rules", "received_on", "last_day"),
    [
        ("cn", date(2026, 3, 3), date(2026, 3, 18)),
        ("uk", date(2026, 3, 3), date(2026, 4, 28)),
        ("base", date(2026, 3, 3), date(2026, 4, 2)),
    ],
)
def test_the_clock_is_that_of_the_nearest_pack(rules, received_on, last_day) -> None:
    packs = load_rules(rules).packs
    assert answer_by(clock_of(packs), received_on, packs) == last_day


def test_business_days_leave_out_weekends_and_holidays() -> None:
    clock = Complaints.model_validate({"source": "s", "answer": {"n": 5, "unit": "business_days"}})
    friday = date(2026, 4, 3)
    assert answer_by(clock, friday, ()) == date(2026, 4, 10)
    easter = pack(holidays={"calendar": "AU"})
    assert answer_by(clock, date(2026, 4, 2), (easter,)) == date(2026, 4, 13), "Good Friday and Easter Monday"


def test_without_any_clock_the_house_answers_within_thirty_days(desk) -> None:
    assert ask(desk, Complain(id="k-1")).text == "the complaint k-1 is to be answered by 2026-04-02"
    no_answer = Complaints.model_validate({"source": "s"})
    assert answer_by(no_answer, TODAY, ()) == date(2026, 4, 2)
