"""Corrections: what was upheld is not asked for before the bank's credit is in the ledger, and who hears of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.case import Outcome
from domain.model.disputes import CorrectionSeen, DisputeTerms, DisputeWord
from domain.model.events import Hold, HoldReason, Release, Withdraw
from domain.model.facts import MessageState, Notice
from domain.model.promise import MakePromise
from domain.model.strategy import Channel, Promises
from tests.domain.case.desk import Desk, packs_of
from tests.domain.case.test_disputes import HOLD, NEW, OLD, PATHS, closed, dispute, entries, owing, resolve
from tests.domain.compliance.small_packs import local, rule


@pytest.fixture
def bank(desk_of) -> Desk:
    """40 due in January and 100 in February; a notice 60 days after the oldest that is treated."""
    return ready(desk_of)


def ready(desk_of) -> Desk:
    bank = owing(desk_of(packs_of(holds=[HOLD]), causes=PATHS))
    ladder = [
        step.model_copy(update={"id": name, "due": step.due.model_copy(update={"days": days})})
        for step in bank.world.strategy.ladder
        for name, days in (("first", 60), ("second", 90))
    ]
    bank.world.strategy = bank.world.strategy.model_copy(update={"ladder": tuple(ladder)})
    return bank


def credited(bank: Desk, money, **seen: str) -> None:
    """By dispute, what the bank credited since it was told."""
    found = (CorrectionSeen(dispute=name.replace("_", "-"), seen=money(amount)) for name, amount in seen.items())
    bank.world.about["corrections"] = tuple(found)


def commands(bank: Desk):
    return [command for step in bank.steps for command in step.commands]


def sends(bank: Desk, state: MessageState = MessageState.SENT) -> None:
    """The last notice that was asked for came so far."""
    last = commands(bank)[-1]
    notice = Notice(key=last.key, step=last.step, attempt=1, channel=Channel.FILE, state=state, on=bank.now.date())
    bank.world.notices.append(notice)


def test_what_was_upheld_is_not_asked_for_until_the_bank_has_corrected_it(bank, new_money) -> None:
    dispute(bank, OLD)
    answer = resolve(bank, "upheld")
    assert answer.text == (
        "the dispute d-1 is upheld: what fell due on 2026-01-17 is not asked for until the bank's correction of "
        "40.00 EUR is in the ledger, by 2026-03-18; the ladder goes on with the rest from 2026-03-04"
    )
    (waits,) = bank.world.case.disputes
    assert (waits.outcome, waits.correction, waits.escalated) == ("upheld", new_money(40), False)
    assert [hold.obligations_due_on for hold in bank.world.case.holds] == [(OLD,)]
    task = bank.tasks[-1]
    assert (task.task_id, task.due_at) == ("dispute_correction/a1/1/d-1", local("2026-03-19T00:00"))
    assert task.detail == {"dispute": "d-1", "amount": "40.00", "currency": "EUR"}
    bank.step(at="2026-04-18T09:30")
    (asked,) = commands(bank)
    assert (asked.oldest_due_on, asked.past_due) == (NEW, new_money(100))
    credited(bank, new_money, d_1="39.99")
    bank.step(at="2026-04-20T10:00")
    assert len(bank.world.case.disputes) == 1
    credited(bank, new_money, d_1="40.00")
    bank.step(at="2026-04-21T10:00")
    assert (bank.world.case.disputes, bank.world.case.holds) == ((), ())
    assert bank.world.case.resumes_on == date(2026, 4, 22)
    kept = entries(bank, "keep_dispute")[-1]
    assert (kept.step, kept.awaits, kept.dispute.correction) == ("corrected", False, new_money(40))
    assert closed(bank)[-2:] == ["dispute_correction", "correction_escalation"]
    assert bank.world.case.timeline[-1].text == ("Dispute d-1: the bank's correction of 40.00 EUR is in the ledger."), (
        bank.world.case.timeline
    )


def test_it_is_corrected_too_when_nothing_of_it_is_unmet_any_more(bank) -> None:
    dispute(bank, OLD)
    resolve(bank, "upheld")
    bank.world.pay(date(2026, 3, 4), d20260117="40")
    bank.step(at="2026-03-05T10:00")
    assert bank.world.case.disputes == ()


def test_a_credit_that_came_before_the_outcome_was_told_counts(bank, new_money) -> None:
    dispute(bank, OLD)
    credited(bank, new_money, d_1="40")
    bank.step(at="2026-03-04T10:00")
    assert bank.world.case.disputes[0].outcome is None, "it is open: only its outcome ends it"
    resolve(bank, "upheld", at="2026-03-05T10:00")
    assert (bank.world.case.disputes, bank.world.case.holds) == ((), ())
    assert [entry.step for entry in entries(bank, "keep_dispute")] == ["opened", "resolved", "corrected"]


def test_of_a_dispute_upheld_in_part_the_named_obligations_wait(bank, new_money) -> None:
    dispute(bank)
    answer = resolve(bank, "partly_upheld", corrected_due_on=(OLD,))
    assert "is upheld in part: what fell due on 2026-01-17 is not asked for" in answer.text
    assert bank.world.case.disputes[0].correction == new_money(40)
    assert [hold.obligations_due_on for hold in bank.world.case.holds] == [(OLD,)]
    assert bank.said[-1].name == "dispute_resolved"


def test_where_no_part_can_be_told_apart_nothing_leaves_until_the_correction(bank, new_money) -> None:
    dispute(bank)
    answer = resolve(bank, "partly_upheld", amount=new_money(60))
    assert answer.text.endswith(
        "the whole debt is not asked for until the bank's correction of 60.00 EUR is in the ledger, by 2026-03-18"
    )
    (hold,) = bank.world.case.holds
    assert (hold.reason, hold.ends_on) == (HoldReason.OPERATOR, None)
    assert bank.request().refused_by == (f"hold.{hold.id}",)
    bank.step(at="2026-08-01T09:30")
    assert commands(bank) == []
    credited(bank, new_money, d_1="60")
    bank.step(at="2026-08-03T10:00")
    bank.step(at="2026-08-04T09:30")
    assert len(commands(bank)) == 1


def test_the_whole_debt_upheld_waits_for_the_whole_balance(bank, new_money) -> None:
    dispute(bank)
    resolve(bank, "upheld")
    assert bank.world.case.disputes[0].correction == new_money(1140)


def test_a_credit_corrects_one_thing(bank, new_money) -> None:
    dispute(bank, OLD)
    dispute(bank, NEW, name="d-2")
    resolve(bank, "upheld")
    resolve(bank, "upheld", name="d-2")
    credited(bank, new_money, d_1="120", d_2="120")
    bank.step(at="2026-03-05T10:00")
    assert [(each.id, each.used) for each in bank.world.case.disputes] == [("d-2", new_money(40))]
    credited(bank, new_money, d_2="139.99")
    bank.step(at="2026-03-06T10:00")
    assert len(bank.world.case.disputes) == 1
    credited(bank, new_money, d_2="140")
    bank.step(at="2026-03-09T10:00")
    assert bank.world.case.disputes == ()


def test_what_one_dispute_used_is_added_up(bank, new_money) -> None:
    third = date(2026, 1, 2)
    bank.world.owe(third, "7")
    for number, due_on in enumerate((OLD, third, NEW), start=1):
        dispute(bank, due_on, name=f"d-{number}")
        resolve(bank, "upheld", name=f"d-{number}")
    credited(bank, new_money, d_1="40", d_2="40", d_3="40")
    bank.step(at="2026-03-05T10:00")
    credited(bank, new_money, d_2="47", d_3="47")
    bank.step(at="2026-03-06T10:00")
    assert [(each.id, each.used) for each in bank.world.case.disputes] == [("d-3", new_money(47))]


def test_a_credit_from_before_another_dispute_is_none_of_its_own(bank, new_money) -> None:
    dispute(bank, OLD)
    resolve(bank, "upheld")
    dispute(bank, NEW, name="d-2", at="2026-03-05T10:00")
    credited(bank, new_money, d_1="40")
    bank.step(at="2026-03-06T10:00")
    assert [(each.id, each.used) for each in bank.world.case.disputes] == [("d-2", None)]


def test_an_open_dispute_comes_before_a_supervisor_before_its_day_once(bank) -> None:
    dispute(bank, NEW, about="shop-9")
    assert bank.world.case.next.wake_at <= local("2026-03-30T00:00")
    bank.step(at="2026-03-29T23:59")
    assert [task.task for task in bank.tasks] == ["dispute_review"]
    for at in ("2026-03-30T00:00", "2026-03-31T00:00"):
        bank.step(at=at)
    assert [task.task for task in bank.tasks] == ["dispute_review", "dispute_escalation"]
    assert bank.tasks[-1].detail == {"dispute": "d-1", "about": "shop-9"}
    assert (bank.tasks[-1].due_at, bank.world.case.disputes[0].escalated) == (local("2026-04-03T00:00"), True)


def test_a_case_with_nothing_else_to_do_wakes_for_the_day_of_a_supervisor(bank) -> None:
    dispute(bank, NEW)
    dispute(bank, OLD, name="d-2")
    assert bank.world.case.next.what == "waits for payment"
    bank.step(at="2026-03-28T10:00")
    assert bank.world.case.next.wake_at == local("2026-03-30T00:00")


def test_a_correction_that_does_not_come_is_before_a_supervisor_too(bank) -> None:
    bank.world.strategy = bank.world.strategy.model_copy(update={"disputes": DisputeTerms(correct_days=10)})
    dispute(bank, OLD)
    resolve(bank, "upheld")
    bank.step(at="2026-03-10T00:00")
    task = bank.tasks[-1]
    assert (task.task_id, task.due_at) == ("correction_escalation/a1/1/d-1", local("2026-03-14T00:00"))
    assert "the correction of 40.00 EUR is not in the ledger" in bank.world.case.timeline[-1].text


def test_a_case_that_ends_leaves_what_is_open_to_a_supervisor(bank) -> None:
    dispute(bank, NEW)
    bank.step(Withdraw(id="w-1"))
    assert [task.task for task in bank.tasks] == ["dispute_review", "dispute_escalation"]
    bank.step(at="2026-04-10T10:00")
    assert len(bank.tasks) == 2
    assert bank.world.case.closure.outcome is Outcome.WITHDRAWN


def test_a_hold_for_an_open_dispute_ends_by_its_outcome_only(bank) -> None:
    dispute(bank, NEW)
    (hold,) = bank.world.case.holds
    (answer,) = bank.step(Release(id="r-1", hold_id=hold.id)).answers
    assert answer.text == (f"the hold {hold.id} lies for the dispute d-1: resolve it with `duecourse dispute resolve`")
    bank.step(Hold(id="h-1"))
    assert bank.step(Release(id="r-2", hold_id="h-1")).answers[0].accepted


def test_a_person_may_end_the_wait_for_a_correction(bank) -> None:
    dispute(bank, OLD)
    resolve(bank, "upheld")
    (hold,) = bank.world.case.holds
    assert bank.step(Release(id="r-1", hold_id=hold.id)).answers[0].accepted
    assert (bank.world.case.disputes, bank.world.case.holds) == ((), ())
    assert entries(bank, "keep_dispute")[-1].step == "released"


def test_notices_say_what_is_under_review_and_once_how_it_ended(bank) -> None:
    dispute(bank, NEW)
    bank.step(at="2026-03-18T09:30")
    assert commands(bank)[-1].disputed == (DisputeWord.UNDER_REVIEW,)
    sends(bank)
    resolve(bank, "not_upheld", at="2026-03-19T10:00")
    bank.step(at="2026-04-17T09:30")
    assert commands(bank)[-1].disputed == (DisputeWord.NOT_UPHELD,)
    told_in = commands(bank)[-1].key
    assert bank.world.case.dispute_answer.told_in == told_in


@pytest.mark.parametrize(
    ("state", "words"), [(MessageState.SENT, ()), (MessageState.FAILED, (DisputeWord.NOT_UPHELD,))]
)
def test_what_reached_nobody_is_said_again(bank, state, words) -> None:
    dispute(bank, NEW)
    resolve(bank, "not_upheld")
    bank.step(at="2026-03-18T09:30")
    assert commands(bank)[-1].disputed == (DisputeWord.NOT_UPHELD,)
    sends(bank, state)
    bank.step(at="2026-04-17T09:30")
    assert len(commands(bank)) == 2
    assert commands(bank)[-1].disputed == words


def test_the_same_notice_asked_for_again_says_the_same(bank) -> None:
    dispute(bank, NEW)
    resolve(bank, "not_upheld")
    for at in ("2026-03-18T09:30", "2026-03-19T09:30"):
        bank.step(at=at)
        if not bank.world.notices:
            sends(bank, MessageState.SENDING)
    first, again = commands(bank)
    assert (first.key, first.disputed) == (again.key, again.disputed) == (first.key, (DisputeWord.NOT_UPHELD,))


def test_an_outcome_that_is_upheld_is_told_before_it_is_said_to_be_corrected(bank) -> None:
    dispute(bank, NEW)
    resolve(bank, "upheld")
    bank.step(at="2026-03-18T09:30")
    sends(bank)
    bank.step(at="2026-04-17T09:30")
    assert [command.disputed for command in commands(bank)] == [(DisputeWord.UPHELD,), (DisputeWord.CORRECTING,)]


def test_a_reminder_of_a_promise_says_what_is_under_review(bank, new_money) -> None:
    terms = Promises(horizon_days=31, most=3, remind_days_before=1, channels=(Channel.FILE,))
    bank.world.strategy = bank.world.strategy.model_copy(update={"promises": terms})
    dispute(bank, NEW)
    bank.step(MakePromise(id="p-1", amount=new_money(40), due_on=date(2026, 3, 10)))
    bank.step(at="2026-03-09T09:30")
    (reminder,) = commands(bank)
    assert (reminder.promised.id, reminder.disputed) == ("p-1", (DisputeWord.UNDER_REVIEW,))


def test_a_notice_of_the_law_says_that_all_is_under_review(desk_of) -> None:
    bank = ready(desk_of)
    packs = packs_of(
        holds=[{**HOLD, "allows": ["legal_notice"]}],
        notices=[rule("default_notice", required_before="legal")],
    )
    bank.packs = packs
    ladder = tuple(step.model_copy(update={"legal_notice": "default_notice"}) for step in bank.world.strategy.ladder)
    bank.world.strategy = bank.world.strategy.model_copy(update={"ladder": ladder})
    dispute(bank)
    bank.step(at="2026-03-18T09:30")
    assert [command.disputed for command in commands(bank)] == [(DisputeWord.ALL_UNDER_REVIEW,)]


def test_after_a_dispute_the_page_says_why_the_notice_waits(bank) -> None:
    dispute(bank)
    resolve(bank, "not_upheld", at="2026-03-20T18:00")  # a Friday; the notice was due on the eighteenth
    assert commands(bank) == []
    assert "after a dispute it goes on on a business day" in bank.world.case.next.why
    bank.step(at="2026-03-23T09:30")
    assert len(commands(bank)) == 1


OUTCOMES = st.sampled_from(["upheld", "not_upheld", "withdrawn", None])


@given(outcome=OUTCOMES, credit=st.integers(0, 60), day=st.integers(18, 28))
def test_no_notice_asks_for_a_sum_in_dispute(desk_of, new_money, outcome, credit, day) -> None:
    bank = ready(desk_of)
    dispute(bank, OLD)
    if outcome is not None:
        resolve(bank, outcome, at="2026-03-10T10:00")
    credited(bank, new_money, d_1=str(credit))
    bank.step(at=f"2026-03-{day}T09:30")
    bank.step(at=f"2026-04-{day}T09:30")
    in_dispute = any(OLD in each.due_on for each in bank.world.case.disputes)
    for command in commands(bank):
        whole = new_money(140)
        assert (command.past_due < whole) == in_dispute, command
        assert (command.oldest_due_on == OLD) is not in_dispute
    assert in_dispute == (outcome is None or (outcome == "upheld" and credit < 40))
