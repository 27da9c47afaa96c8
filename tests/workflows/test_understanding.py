"""Why somebody is late, on virtual time: each journey from the talk to its end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import update

from domain.model.case import Outcome
from domain.model.causes import Cause
from domain.model.complaints import AnswerComplaint, Complain, ComplaintOutcome
from domain.model.contact import Direction, Party
from domain.model.contact import Outcome as Told
from domain.model.disputes import DisputeOutcome, ResolveDispute
from domain.model.events import Answer, Release, Request
from domain.model.permits import ReportContact
from ledger import audit, messages, tables, tasks
from policies import load_strategy
from starter.requests import ask
from tests.plugins.virtual_bank import Bank
from workflows.names import DOORBELL

STEPS = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (5, 20)
]
_DAY = timedelta(days=1)


def begin(bank: Bank, *account_ids: str, days_late: int = 4) -> None:
    """Accounts of one person the day before the first notice, under the causes of the standard strategy."""
    bank.plan(ladder=STEPS, days_between=0, causes=load_strategy("card-standard").causes)
    for account_id in account_ids:
        bank.add_account(account_id, (days_late, 500))
    if len(account_ids) > 1:
        one = tables.accounts.c.account_id.in_(account_ids)
        with bank.ledger.write() as conn:
            conn.execute(update(tables.accounts).where(one).values(person_id=f"person-{account_ids[0]}"))


async def asked(bank: Bank, account_id: str, request: Request) -> Answer:
    answer = await ask(bank.client, account_id, request)
    assert answer.accepted, answer.text
    return answer


async def tell(bank: Bank, account_id: str, cause: Cause, **more: object) -> Answer:
    """The customer calls in, is verified, and says why."""
    said = {"outcome": Told.CONVERSATION, "direction": Direction.IN, "verified": True, "made_at": bank.now()}
    return await asked(bank, account_id, ReportContact(id="c-1", cause=cause, **{**said, **more}))


def sent(bank: Bank, case_id: str) -> list[date]:
    with bank.ledger.read() as conn:
        assert audit.verify(conn, case_id) is None
        return [notice.on for notice in messages.notices(conn, case_id) if notice.state == "sent"]


def work(bank: Bank) -> list[str]:
    with bank.ledger.read() as conn:
        return sorted(task.kind for task in tasks.open_tasks(conn, 100))


async def test_who_forgot_is_offered_what_helps_next_time_and_pays(bank, skipper) -> None:
    begin(bank, "forgot")
    await bank.start("forgot")
    handle = bank.handle("forgot")
    answer = await tell(bank, "forgot", Cause.FORGOT)
    assert "offer: due-date-reminder, auto-debit" in answer.text
    bank.pay("forgot", "500.00")
    await handle.signal(DOORBELL)
    await skipper.fast_forward(handle, 2 * _DAY)  # at whatever hour it is paid, a morning comes, and thanks with it
    closure = await handle.result()
    assert (closure.outcome, closure.notices, work(bank)) == (Outcome.CURED, 0, [])


async def test_who_says_that_it_is_paid_and_is_right_hears_nothing_more(bank, skipper) -> None:
    begin(bank, "right")
    await bank.start("right")
    handle = bank.handle("right")
    await tell(bank, "right", Cause.SAYS_PAID)
    await skipper.fast_forward(handle, 5 * _DAY)
    assert (sent(bank, "right/1"), work(bank)) == ([], ["payment_trace"])
    bank.pay("right", "500.00", days_on=-2)
    await handle.signal(DOORBELL)
    closure = await handle.result()
    assert (closure.outcome, closure.notices) == (Outcome.CURED, 0)


async def test_when_no_payment_is_found_the_ladder_goes_on(bank, skipper) -> None:
    begin(bank, "wrong")
    await bank.start("wrong")
    handle = bank.handle("wrong")
    await tell(bank, "wrong", Cause.SAYS_PAID)
    (trace,) = (await bank.state("wrong")).holds
    await skipper.fast_forward(handle, 3 * _DAY)
    assert sent(bank, "wrong/1") == []
    await asked(bank, "wrong", Release(id="r-1", hold_id=trace.id, found=False))
    await skipper.fast_forward(handle, 2 * _DAY)
    await bank.until("wrong", lambda case: case.ladder.total_given == 1)
    assert len(sent(bank, "wrong/1")) == 1
    await handle.terminate()


async def test_a_lost_income_pauses_the_case_and_comes_back_to_a_person(bank, skipper) -> None:
    begin(bank, "poor")
    await bank.start("poor")
    handle = bank.handle("poor")
    await tell(bank, "poor", Cause.LOST_INCOME)
    await skipper.fast_forward(handle, 25 * _DAY)
    assert (sent(bank, "poor/1"), work(bank)) == ([], ["hardship_assessment", "referral"])
    await skipper.fast_forward(handle, 10 * _DAY)
    state = await bank.until("poor", lambda case: not case.holds)
    assert state.arrears is not None
    assert state.arrears.days_past_due - state.arrears.treatment_days == 30, "paused days do not count for treatment"
    await handle.terminate()


async def test_a_dispute_of_a_part_leaves_it_out_until_it_is_answered(bank, skipper) -> None:
    begin(bank, "part", days_late=40)
    bank.add_account("both", (40, 500), (10, 300))
    await bank.start("both")
    disputed = bank.today - timedelta(days=40)
    await tell(bank, "both", Cause.DISPUTE, disputed_due_on=(disputed,))
    state = await bank.state("both")
    assert [hold.obligations_due_on for hold in state.holds] == [(disputed,)]
    assert state.arrears is not None
    assert str(state.arrears.past_due) == "800.00 TWD", "it is owed as before, and only not asked for"
    refused = await ask(bank.client, "both", Release(id="r-1", hold_id=state.holds[0].id))
    assert not refused.accepted, "only an outcome ends it"
    outcome = ResolveDispute(id="o-1", dispute="c-1", outcome=DisputeOutcome.WITHDRAWN, by="lead-2")
    await asked(bank, "both", outcome)
    assert (await bank.state("both")).holds == ()
    await bank.handle("both").terminate()


async def test_a_death_that_one_relative_tells_silences_every_card(bank, skipper) -> None:
    begin(bank, "first", "second")
    for name in ("first", "second"):
        await bank.start(name)
    await tell(bank, "first", Cause.DECEASED, party=Party.RELATIVE, verified=False)
    await bank.relay()
    for name in ("first", "second"):
        await skipper.fast_forward(bank.handle(name), 20 * _DAY)
        assert sent(bank, f"{name}/1") == []
        state = await bank.state(name)
        assert "deceased" in " ".join(state.next.deferred_by)
        await bank.handle(name).terminate()
    assert work(bank).count("bereavement_specialist") == 1


async def test_a_complaint_comes_before_a_supervisor_and_its_answer_lets_the_case_go_on(bank, skipper) -> None:
    begin(bank, "cross")
    await bank.start("cross")
    handle = bank.handle("cross")
    await asked(bank, "cross", Complain(id="k-1", about="agent-7"))
    await skipper.fast_forward(handle, 11 * _DAY)
    assert (sent(bank, "cross/1"), "complaint_escalation" in work(bank)) == ([], False)
    await skipper.fast_forward(handle, 2 * _DAY)
    await bank.until("cross", lambda case: case.complaints[0].escalated)
    assert "complaint_escalation" in work(bank)
    answer = AnswerComplaint(id="a-1", complaint_id="k-1", outcome=ComplaintOutcome.UPHELD, by="lead-2")
    await asked(bank, "cross", answer)
    await skipper.fast_forward(handle, 2 * _DAY)
    await bank.until("cross", lambda case: case.ladder.total_given == 1)
    assert {"complaint", "complaint_escalation"}.isdisjoint(work(bank))
    await handle.terminate()
