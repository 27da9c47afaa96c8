"""The operator's page says in sentences where a case stands, what comes next, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.model.case import Case, Closure, HeldBy, LadderView, Next, NoticeMark, Outcome, Remark, Stage
from domain.model.causes import Cause
from domain.model.disputes import DisputeAnswer, DisputeOutcome, OpenDispute
from domain.model.events import HoldReason
from domain.model.facts import Account, Arrears, MessageState
from domain.model.hardship import Hardship, HardshipOutcome
from domain.model.money import Money
from domain.model.negotiation import MadeOffer, Negotiation, OfferState, Proposer, Round
from domain.model.offers import Offer, Verdict
from domain.model.promise import JudgedPromise, Promise, PromiseState
from domain.model.re_age import ReAgeState
from domain.model.repayment import EarlyEnd, InstalmentMark, Mark, PlanStatus
from domain.model.strategy import PolicyRef
from tests.ledger.plan_of_six import plan_of
from tests.ledger.re_age_of_one import re_age
from workflows import page

AT = datetime(2026, 5, 6, 1, 30, tzinfo=UTC)
CASE = Case(
    case_id="a1/2",
    account=Account(account_id="a1", currency="TWD", zone="Asia/Taipei"),
    episode_no=2,
    strategy=PolicyRef(name="card-standard", version=2, digest="0" * 16),
    rules=PolicyRef(name="cn", version=1, digest="1" * 16),
    as_of=AT,
    stage=Stage.REMINDING,
    balance=Money.of_minor(2_500_000, "TWD"),
    arrears=Arrears(
        oldest_due_on=date(2026, 3, 20),
        past_due=Money.of_minor(123_450, "TWD"),
        days_past_due=47,
        treatment_days=40,
        bucket="special_mention",
    ),
    ladder=LadderView(
        given=(NoticeMark(step="reminder", state=MessageState.SENT, on=date(2026, 3, 25)),),
        total_given=1,
        next_step="second-reminder",
        next_on=date(2026, 5, 7),
        to_come=("firm-notice",),
    ),
    next=Next(what="sends the second reminder on 2026-05-07", why="it is due 15 days after the due date"),
    timeline=(Remark(at=AT, local="2026-05-06 09:30", text="Asked by file for 1,234.50 TWD."),),
)


PROMISE = Promise(
    id="p-2",
    amount=Money.of_minor(50_000, "TWD"),
    made_at=AT,
    made_on=date(2026, 5, 6),
    due_on=date(2026, 5, 9),
    grace_ends_on=date(2026, 5, 11),
)


def test_promises_are_a_table_of_the_one_that_runs_and_the_one_judged_last() -> None:
    broken = JudgedPromise(
        promise=PROMISE.model_copy(update={"id": "p-1"}),
        state=PromiseState.PARTLY_KEPT,
        paid=Money.of_minor(10_000, "TWD"),
        judged_at=AT,
        resumes_on=date(2026, 5, 12),
    )
    of_them = {"promise": PROMISE, "promise_judged": broken, "promises_made": 3, "promises_broken": 1}
    text = page.render(CASE.model_copy(update=of_them))
    assert "**Promises to pay** (3 made, 1 broken)" in text
    text = text.replace("\u2003\u200b", "")
    assert "| 500.00 TWD | 2026-05-09 | 2026-05-11 | partly kept | 100.00 TWD |" in text
    assert "| 500.00 TWD | 2026-05-09 | 2026-05-11 | active |  |" in text
    assert "Promises" not in page.render(CASE)


def test_a_negotiation_is_a_table_of_its_rounds_and_says_what_stands() -> None:
    answer = "6 instalments of at most 170.00 TWD, 1,000.00 TWD in all, from 2026-06-05 on"
    said = {"on": date(2026, 5, 6), "proposer": Proposer.CUSTOMER, "said": "all in 3 instalments"}
    line = Round(no=1, verdict=Verdict.COUNTERED, answer=answer, **said)
    money = Money.of_minor(17_000, "TWD")
    days = {"first_on": date(2026, 6, 5), "expires_on": date(2026, 5, 20)}
    offer = Offer(entry="free", kind="instalments", count=6, monthly=money, total=money, **days)
    made = MadeOffer(id="o-1", offer=offer, state=OfferState.STANDING, asked_by="agent-1")
    negotiation = Negotiation(rounds=1, offer=made, last=(line,))
    text = page.render(CASE.model_copy(update={"negotiation": negotiation})).replace("\u2003\u200b", "")
    assert "**Negotiation** (one proposal answered)" in text
    assert f"| 1 | 2026-05-06 | customer | all in 3 instalments | **countered:** {answer} |" in text
    assert "The offer `o-1` stands until 2026-05-20." in text
    without = page.render(CASE.model_copy(update={"negotiation": Negotiation(rounds=2, last=(line,))}))
    assert "(2 proposals answered)" in without
    assert "The offer" not in without
    assert "Negotiation" not in page.render(CASE)


def test_disputes_are_a_table_with_what_each_waits_for() -> None:
    open_one = OpenDispute(
        id="d-1",
        contact_id="a1/2/report/d-1",
        told_at=AT,
        since=date(2026, 5, 6),
        due_on=(date(2026, 3, 20),),
        resolve_by=date(2026, 6, 5),
        reports=("0",),
        escalated=True,
    )
    upheld = {"id": "d-2", "due_on": (), "escalated": False, "outcome": DisputeOutcome.UPHELD}
    waits = open_one.model_copy(update={**upheld, "correction": Money.of_minor(50_000, "TWD")})
    answer = DisputeAnswer(dispute="d-2", outcome=DisputeOutcome.UPHELD, on=date(2026, 5, 7))
    text = page.render(CASE.model_copy(update={"disputes": (open_one, waits), "dispute_answer": answer}))
    assert "| `d-1` | due 2026-03-20 | 2026-05-06 | open | 2026-06-05 | yes |" in text
    assert "| `d-2` | the whole debt | 2026-05-06 | upheld: 500.00 TWD to be corrected | 2026-06-05 | no |" in text
    assert "Resolved last: `d-2`, upheld on 2026-05-07." in text
    assert "ispute" not in page.render(CASE)


def test_a_hardship_is_a_sentence_with_what_comes_next() -> None:
    hardship = Hardship(cause=Cause.LOST_INCOME, since=date(2026, 5, 6), reports=("0",))
    text = page.render(CASE.model_copy(update={"hardship": hardship}))
    assert "**Hardship:** lost income, told on 2026-05-06: not assessed." in text
    granted = {"outcome": HardshipOutcome.GRANTED, "programme": "rate-relief", "review_on": date(2026, 7, 5)}
    granted = hardship.model_copy(update={**granted, "follow_up_on": date(2026, 6, 5)})
    assert (
        "told on 2026-05-06: granted (rate-relief), looked at again on 2026-07-05, "
        "asked by 2026-06-05 whether the advice helped."
    ) in page.render(CASE.model_copy(update={"hardship": granted}))


def test_a_reminding_case_shows_money_days_ladder_and_what_comes_next() -> None:
    text = page.render(CASE)
    assert text.startswith("## Account a1: 1,234.50 TWD past due, day 47\n")
    for said in (
        "the oldest unpaid minimum payment fell due on **2026-03-20**",
        "47 days past due** when last looked at (40 treatment days, bucket *special mention*).",
        "Everything owed: 25,000.00 TWD.",
        "**Next:** Sends the second reminder on 2026-05-07.",
        "**Why:** It is due 15 days after the due date.",
        "- reminder: sent on 2026-03-25\n- **second-reminder: next, on 2026-05-07**\n- firm-notice: to come",
        "- 2026-05-06 09:30: Asked by file for 1,234.50 TWD.",
        "strategy card-standard v2, rules cn v1",
    ):
        assert said in text
    assert "Holds" not in text
    assert "A person must look" not in text


def test_a_notice_on_its_way_is_told_once_and_those_before_the_last_ten_are_counted() -> None:
    marks = tuple(NoticeMark(step=f"step-{n}", state=MessageState.SENT, on=date(2026, 3, n)) for n in range(1, 10))
    on_its_way = NoticeMark(step="reminder", state=MessageState.SENDING, on=date(2026, 5, 6))
    text = page.render(CASE.model_copy(update={"ladder": LadderView(given=(on_its_way,), total_given=1)}))
    assert "- reminder: asked on 2026-05-06" in text
    assert "earlier" not in text
    many = LadderView(given=(*marks, on_its_way), total_given=13)
    assert "- 3 earlier: sent\n- step-1: sent on 2026-03-01" in page.render(CASE.model_copy(update={"ladder": many}))


def test_a_held_case_says_what_is_held_why_and_until_when() -> None:
    holds = (
        HeldBy(id="h1", reason=HoldReason.PAUSE, starts_on=date(2026, 5, 6), ends_on=date(2026, 6, 6)),
        HeldBy(
            id="h2",
            reason=HoldReason.LEFT_OUT,
            starts_on=date(2026, 5, 6),
            obligations_due_on=(date(2026, 3, 20),),
        ),
    )
    text = page.render(CASE.model_copy(update={"holds": holds}))
    assert "treatment days stand still, from 2026-05-06 until 2026-06-06 (`h1`)." in text
    assert "the obligation due on 2026-03-20, from 2026-05-06 until it is released (`h2`)." in text


def test_what_a_person_must_do_is_said() -> None:
    text = page.render(CASE.model_copy(update={"blocked": "a1/2/reminder/1", "quarantined": 3}))
    assert "**A person must look:** the fate of message `a1/2/reminder/1`" in text
    assert "**Quarantine:** 3 signals could not be read" in text


def test_a_closed_case_says_how_it_ended() -> None:
    closure = Closure(case_id="a1/2", outcome=Outcome.CLEARED_BY_STATUS, closed_at=AT, days_past_due=47, notices=1)
    text = page.render(CASE.model_copy(update={"stage": Stage.CLOSED, "closure": closure}))
    assert text.startswith("## Account a1: cleared by the bank's status, without a payment\n\nClosed.")
    assert "is past due; the oldest" not in text


def test_a_case_that_waits_and_has_no_figures_yet_has_a_page() -> None:
    fresh = CASE.model_copy(
        update={"stage": Stage.WAITING, "arrears": None, "balance": None, "ladder": LadderView(), "timeline": ()}
    )
    text = page.render(fresh)
    assert text.startswith("## Account a1: nothing past due\n\nWaiting: nothing is asked of the customer yet.")
    assert "ladder**" not in text


def test_a_plan_is_a_table_of_its_instalments_with_their_marks() -> None:
    plan, kept = plan_of(Money.of_minor(100_000, "TWD"), AT)
    marks = [Mark.PAID, Mark.MISSED, *[Mark.TO_COME] * 4]
    rows = tuple(
        InstalmentMark(no=no, due_on=each.due_on, amount=each.amount.amount, paid=Decimal(0), mark=mark)
        for no, (each, mark) in enumerate(zip(kept.instalments, marks, strict=True), start=1)
    )
    missed = {"status": PlanStatus.MISSED, "cure_ends_on": date(2026, 5, 30), "version": 2, "met": 1, "rows": rows}
    text = page.render(CASE.model_copy(update={"plan": plan.model_copy(update=missed)})).replace("\u2003\u200b", "")
    assert "**Repayment plan** `plan-1`, version 2: missed since 2026-05-06; 1 of 6 instalments and" in text
    assert "**Missed:** it can be made good until 2026-05-30." in text
    assert "| 2 | 2026-06-16 | 166.00 TWD | 0.00 TWD | missed |" in text
    assert text.count("| to come |") == 4
    planning = CASE.model_copy(update={"plan": plan, "stage": Stage.PLANNING})
    assert "firm-notice" not in page.render(planning)
    assert "reminder: sent on 2026-03-25" in page.render(planning)
    nothing_sent = planning.model_copy(update={"ladder": LadderView(next_step="reminder")})
    assert "The ladder" not in page.render(nothing_sent)
    ending = plan.model_copy(update={"early_end": EarlyEnd(on=date(2026, 5, 20), paid_in_all=plan.total)})
    assert "Ends early when 1,000.00 TWD is paid on it in all by 2026-05-20." in page.render(
        CASE.model_copy(update={"plan": ending})
    )


def test_what_is_owed_less_than_nothing_is_a_credit() -> None:
    text = page.render(CASE.model_copy(update={"balance": Money.of_minor(-36_096, "TWD")}))
    assert "A credit of 360.96 TWD." in text
    assert "-360.96" not in text


def test_a_re_age_says_how_far_it_came_and_by_whom() -> None:
    made = re_age()
    text = page.render(CASE.model_copy(update={"re_age": made}))
    assert "**Re-age** `r-1` of 400.00 TWD, asked for by `agent-1`: it waits for a decision until 2005-07-07." in text
    approved = made.model_copy(update={"state": ReAgeState.APPROVED, "approved_by": "lead-2"})
    text = page.render(CASE.model_copy(update={"re_age": approved}))
    assert (
        "asked for by `agent-1`, approved by `lead-2`: it is approved, and in force once the bank's card system" in text
    )


def test_a_case_that_was_re_aged_is_not_called_cured() -> None:
    closure = Closure(case_id="a1/2", outcome=Outcome.RE_AGED, closed_at=AT, days_past_due=47, notices=1)
    closed = CASE.model_copy(update={"closure": closure, "stage": Stage.CLOSED})
    assert page.title(closed) == "Account a1: brought current without the arrears being paid (re-aged)"
