"""Causes: what follows from why a customer is late, who may tell it, and what cannot be so."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.model.case import MOST_HOLDS
from domain.model.causes import Cause, CausePath
from domain.model.contact import Direction, FactKind, Party
from domain.model.events import Hold, HoldReason, Release, Withdraw
from domain.model.permits import PermitState
from tests.domain.case.desk import Desk, packs_of
from tests.domain.compliance.small_packs import local, rule

DUE = date(2026, 2, 17)
TODAY = date(2026, 3, 3)
HOLDS = [
    rule("deceased", opened_by="death_notified", closed_by=["death_refuted"], blocks=["collect_contact"]),
    rule(
        "dispute", opened_by="dispute_raised", closed_by=["dispute_resolved"], blocks=["collect_contact"], scope="debt"
    ),
]
PATHS = {
    Cause.FORGOT: CausePath(offers=("due-date-reminder", "auto-debit")),
    Cause.LOST_INCOME: CausePath(
        pause={"days": 30},
        work=({"task": "hardship_assessment", "days": 7},),
        referral={"services": ("debt-advice",), "days": 30},
        programmes=("income-loss-relief",),
    ),
    Cause.SAYS_PAID: CausePath(trace={"days": 10}, work=({"task": "payment_trace", "days": 10},)),
    Cause.DISPUTE: CausePath(person={"hold": "dispute", "days": 60}, work=({"task": "dispute_review", "days": 15},)),
    Cause.DECEASED: CausePath(
        person={"hold": "deceased", "days": 60}, work=({"task": "bereavement_specialist", "days": 3},)
    ),
    Cause.UNREACHABLE: CausePath(work=({"task": "contact_search", "days": 10},)),
}


@pytest.fixture
def bank(desk_of) -> Desk:
    return desk_of(packs_of(holds=HOLDS), causes=PATHS)


def told(bank: Desk, cause: Cause, **more: object):
    """What a verified customer tells who called in."""
    return bank.report("conversation", **{"direction": Direction.IN, "verified": True, "cause": cause, **more})


def test_the_answer_says_what_to_offer_in_the_same_talk(bank) -> None:
    answer = told(bank, Cause.FORGOT)
    assert answer.text == "recorded: call, debtor, in, conversation; cause forgot; offer: due-date-reminder, auto-debit"
    assert (bank.told, bank.tasks, bank.world.case.holds) == ([Cause.FORGOT], [], ())
    cause = bank.world.case.cause
    assert (cause.cause, cause.on, cause.contact_id) == (Cause.FORGOT, TODAY, bank.steps[-1].entries[0].contact_id)


def test_lost_income_pauses_the_case_and_asks_a_person_to_assess_it(bank) -> None:
    answer = told(bank, Cause.LOST_INCOME)
    assert answer.text.endswith(
        "cause lost income; contact pauses until 2026-04-02; hardship assessment by 2026-03-10; "
        "tell the customer of: debt-advice"
    )
    (pause,) = bank.world.case.holds
    assert (pause.reason, pause.starts_on, pause.ends_on) == (HoldReason.PAUSE, TODAY, date(2026, 4, 2))
    assessment, referral = bank.tasks
    assert (assessment.task, assessment.due_at) == ("hardship_assessment", local("2026-03-11T00:00"))
    assert assessment.detail == {
        "cause": "lost_income",
        "programmes": ("income-loss-relief",),
        "services": ("debt-advice",),
    }
    assert (referral.task, referral.due_at) == ("referral", local("2026-04-03T00:00"))


def test_a_second_call_about_the_same_makes_the_wait_no_longer(bank) -> None:
    told(bank, Cause.LOST_INCOME)
    told(bank, Cause.LOST_INCOME, at="2026-03-10T10:00")
    assert [pause.ends_on for pause in bank.world.case.holds] == [date(2026, 4, 2)]
    told(bank, Cause.LOST_INCOME, at="2026-04-03T10:00")
    assert [pause.ends_on for pause in bank.world.case.holds] == [date(2026, 5, 3)]


def test_a_payment_is_looked_for_until_it_is_found_or_not(bank) -> None:
    told(bank, Cause.SAYS_PAID)
    (trace,) = bank.world.case.holds
    assert (trace.reason, trace.ends_on) == (HoldReason.TRACE, date(2026, 3, 13))
    (unsaid,) = bank.step(Release(id="r-1", hold_id=trace.id)).answers
    assert unsaid.text == f"a payment is looked for by the hold {trace.id}: say whether it was found"
    (answer,) = bank.step(Release(id="r-2", hold_id=trace.id, found=False)).answers
    assert answer.text == f"the hold {trace.id} is released from 2026-03-03 on: the payment was not found"
    assert bank.world.case.holds == ()


def test_no_notice_leaves_while_a_payment_is_looked_for(bank) -> None:
    bank.now = local("2026-09-10T10:00")  # the notice of the ladder is due
    told(bank, Cause.SAYS_PAID)
    assert bank.steps[-1].commands == ()
    assert "no notice leaves while the payment is looked for" in bank.world.case.next.why
    (sent,) = bank.step(at="2026-09-20T09:30").commands
    assert sent.notice == "notice-first"


def test_only_a_trace_ends_with_a_finding(bank) -> None:
    bank.step(Hold(id="h-1", reason=HoldReason.TRACE), Hold(id="h-2"))
    found, wrong = bank.step(
        Release(id="r-1", hold_id="h-1", found=True), Release(id="r-2", hold_id="h-2", found=True)
    ).answers
    assert (found.accepted, found.text[-25:]) == (True, "on: the payment was found")
    assert wrong.text == "the hold h-2 looks for no payment: leave found out"


def test_a_death_holds_the_person_at_once_whoever_tells_it(bank) -> None:
    name = bank.request("r-1").permit.permit_id
    answer = told(bank, Cause.DECEASED, party=Party.RELATIVE, verified=False, recording="REC-7")
    assert "the hold deceased lies on the customer until 2026-05-02, or as long as is proved by then" in answer.text
    (fact,) = bank.said
    assert (fact.kind, fact.name, fact.debts, fact.until) == (FactKind.HOLD, "deceased", (), local("2026-05-02T00:00"))
    assert bank.state(name) is PermitState.EXPIRED, "the permit is taken back in the same step"
    assert "deceased" in " ".join(bank.request().refused_by)
    assert [task.task for task in bank.tasks] == ["bereavement_specialist"]


def test_nothing_leaves_in_the_step_that_hears_of_a_death(bank) -> None:
    bank.now = local("2026-09-10T10:00")  # the notice of the ladder is due
    told(bank, Cause.DECEASED)
    assert bank.steps[-1].commands == ()


def test_a_dispute_of_the_whole_debt_holds_it_and_one_of_a_part_leaves_that_out(bank) -> None:
    answer = told(bank, Cause.DISPUTE, disputed_due_on=(DUE,))
    assert "the obligations due on 2026-02-17 are left out until the dispute is answered" in answer.text
    (hold,) = bank.world.case.holds
    assert (hold.reason, hold.obligations_due_on, hold.ends_on) == (HoldReason.LEFT_OUT, (DUE,), None)
    assert bank.said == []
    assert bank.tasks[-1].detail == {"cause": "dispute", "disputed_due_on": ("2026-02-17",)}
    answer = told(bank, Cause.DISPUTE)
    assert "the hold dispute lies on the customer until the dispute is resolved" in answer.text
    assert [(fact.name, fact.debts, fact.until) for fact in bank.said] == [("dispute", ("a1",), None)]
    assert bank.world.case.holds == (hold,)


def test_a_dispute_told_of_a_closed_case_holds_the_customer_for_the_days_of_the_strategy(bank) -> None:
    bank.step(Withdraw(id="w-1"))
    told(bank, Cause.DISPUTE)
    assert [fact.until for fact in bank.said] == [local("2026-05-02T00:00")]
    assert bank.world.case.disputes == ()


def test_a_hold_that_no_pack_knows_is_about_everything(desk_of) -> None:
    bank = desk_of(packs_of(), causes=PATHS)
    told(bank, Cause.DISPUTE)
    assert bank.said[0].debts == ()


def test_a_cause_without_a_path_is_kept_and_nothing_follows(bank, desk) -> None:
    for one in (bank, desk):
        answer = told(one, Cause.UNWILLING)
        assert answer.text.endswith("; cause unwilling")
        assert (one.told, one.tasks, one.world.case.holds) == ([Cause.UNWILLING], [], ())


def test_a_cause_that_comes_after_the_report_is_kept_too(bank) -> None:
    name = bank.request("r-1").permit.permit_id
    bank.report("conversation", permit_id=name)
    answer = bank.report("conversation", permit_id=name, cause=Cause.FORGOT, verified=True)
    assert answer.text.startswith(f"the permit {name} was reported so before; cause forgot")
    assert bank.told == [Cause.FORGOT]


def test_a_closed_case_still_hears_of_a_death_and_waits_for_nothing(bank) -> None:
    bank.step(Withdraw(id="w-1"))
    told(bank, Cause.DECEASED)
    told(bank, Cause.LOST_INCOME)
    assert [fact.name for fact in bank.said] == ["deceased"]
    assert (bank.world.case.holds, bank.world.case.cause) == ((), None)


def test_with_ten_holds_none_is_added_and_the_report_is_kept(bank) -> None:
    bank.step(*(Hold(id=f"h-{number}") for number in range(MOST_HOLDS)))
    assert told(bank, Cause.LOST_INCOME).accepted
    assert len(bank.world.case.holds) == MOST_HOLDS
    assert "10 holds lie on this case already: none was set for the cause lost_income." in [
        remark.text for remark in bank.world.case.timeline
    ]


@pytest.mark.parametrize(
    ("outcome", "more", "why"),
    [
        ("no_answer", {"cause": Cause.FORGOT}, "nobody spoke, so nobody told the cause forgot"),
        ("conversation", {"cause": Cause.UNREACHABLE}, "who spoke was reached: the cause unreachable does not fit"),
        ("conversation", {"cause": Cause.FORGOT}, "the cause forgot counts from who owes or speaks for them"),
        (
            "conversation",
            {"cause": Cause.ILLNESS, "verified": True, "party": Party.SPOUSE},
            "the cause illness counts from who owes or speaks for them",
        ),
        ("conversation", {"disputed_due_on": (DUE,)}, "only the cause dispute names obligations"),
        ("conversation", {"about": "agent-7"}, "only the cause dispute is about somebody"),
        (
            "conversation",
            {"cause": Cause.DISPUTE, "verified": True, "disputed_due_on": (TODAY,)},
            "no obligation due on 2026-03-03 is unmet on this account: unmet are those due on 2026-02-17",
        ),
    ],
)
def test_what_cannot_be_so_is_refused(bank, outcome, more, why) -> None:
    answer = bank.report(outcome, **more)
    assert (answer.accepted, answer.text[: len(why)]) == (False, why)
    assert (bank.told, bank.steps[-1].entries) == ([], ())


def test_who_cannot_be_reached_is_found_by_trying(bank) -> None:
    assert bank.report("no_answer", cause=Cause.UNREACHABLE).accepted
    assert [task.task for task in bank.tasks if task.task != "breach"] == ["contact_search"]


def test_a_customer_who_writes_tells_a_cause_too(bank) -> None:
    assert bank.report("delivered", cause=Cause.FORGOT, verified=True, direction=Direction.IN).accepted


def test_a_path_waits_in_one_way() -> None:
    with pytest.raises(ValidationError, match="pauses the case or traces a payment, not both"):
        CausePath(pause={"days": 1}, trace={"days": 1})


def test_the_same_report_again_changes_nothing(bank) -> None:
    for _ in range(2):
        bank.report(
            "conversation",
            id="c-1",
            made="2026-03-03T09:59",
            direction=Direction.IN,
            verified=True,
            cause=Cause.DISPUTE,
        )
        bank.now += timedelta(minutes=5)
    assert (bank.told, len(bank.said), len(bank.tasks)) == ([Cause.DISPUTE], 1, 1)
