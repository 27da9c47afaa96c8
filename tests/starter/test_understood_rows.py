"""Whatever a step keeps of what was understood, the audit knows its row, and people read it in a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from domain.audit.ends import KINDS
from domain.model.adjustments import AdjustmentState
from domain.model.bureau import BureauReport, ReportKind, ReportState, ReportStatus
from domain.model.causes import Cause
from domain.model.complaints import ComplaintOutcome, OpenComplaint
from domain.model.component import Component
from domain.model.concessions import Concession
from domain.model.contact import Direction, Outcome
from domain.model.debits import DebitState
from domain.model.disputes import DisputeOutcome, OpenDispute
from domain.model.entries import (
    AskReport,
    GivePromise,
    HoldPerson,
    JudgePromise,
    KeepCause,
    KeepComplaint,
    KeepConcession,
    KeepContact,
    KeepDispute,
    KeepHardship,
    KeepNegotiation,
    TellPerson,
)
from domain.model.facts import Account
from domain.model.hardship import FollowUpOutcome, Hardship, HardshipOutcome
from domain.model.money import Money
from domain.model.negotiation import Approve, Decline, MadeOffer, Negotiation, OfferState, ProposeTerms
from domain.model.offers import Offer, Proposal, Verdict
from domain.model.permits import ReportContact
from domain.model.promise import JudgedPromise, Promise, PromiseState
from domain.model.re_age import ReAgeState
from domain.model.sealed import UNDERSTOOD
from ledger import (
    accounts,
    audit,
    cases,
    debits,
    keeping,
    keeping_bureau,
    keeping_debits,
    keeping_plans,
    mandates,
    policies,
)
from ledger.engine import Ledger
from ledger.keeping import Kept
from policies import Policies
from starter.cli.sentences import sentence
from tests.ledger.debit_of_one import debit, mandate
from tests.ledger.plan_of_six import agreed
from tests.ledger.re_age_of_one import step

AT = datetime(2026, 3, 3, 2, tzinfo=UTC)
DAY = date(2026, 3, 3)
TOLD = ReportContact(
    id="c-1", outcome=Outcome.CONVERSATION, direction=Direction.IN, made_at=AT, verified=True, cause=Cause.LOST_INCOME
)
COMPLAINT = OpenComplaint(id="k-1", received_on=DAY, answer_by=DAY + timedelta(days=15))
PROMISE = Promise(
    id="p-1",
    amount=Money(amount=Decimal(500), currency="TWD"),
    made_at=AT,
    made_on=DAY,
    due_on=DAY + timedelta(days=7),
    grace_ends_on=DAY + timedelta(days=9),
)
JUDGED = JudgedPromise(
    promise=PROMISE,
    state=PromiseState.PARTLY_KEPT,
    paid=Money(amount=Decimal(200), currency="TWD"),
    judged_at=AT,
    resumes_on=DAY + timedelta(days=10),
)
PLAN = agreed(Money(amount=Decimal(1000), currency="TWD"), AT)
DISPUTE = OpenDispute(
    id="d-1", contact_id="A-1/1/report/d-1", told_at=AT, since=DAY, resolve_by=DAY + timedelta(days=30), reports=("0",)
)
UPHELD = DISPUTE.model_copy(
    update={"outcome": DisputeOutcome.PARTLY_UPHELD, "correction": Money(amount=Decimal(1200), currency="TWD")}
)
MONEY = Money(amount=Decimal(500), currency="TWD")
OFFER = MadeOffer(
    id="o-1",
    offer=Offer(entry="less", kind="settlement", count=1, first_on=DAY, monthly=MONEY, total=MONEY, expires_on=DAY),
    state=OfferState.AWAITING,
    asked_by="agent-1",
)
CONCESSION = Concession(id="A-1/1/concession/o-1", parts={Component.FEE: MONEY}, needed=MONEY, since=AT, since_on=DAY)
HARDSHIP = Hardship(cause=Cause.LOST_INCOME, since=DAY, reports=("0",))
REPORT = BureauReport(
    key="A-1/1/bureau/negative/1",
    kind=ReportKind.NEGATIVE,
    status=ReportStatus.PAST_DUE,
    past_due=Money(amount=Decimal(500), currency="TWD"),
    oldest_due_on=DAY,
    days_past_due=60,
)
ENTRIES = (
    KeepContact(contact_id="A-1/1/report/c-1", report=TOLD),
    KeepCause(contact_id="A-1/1/report/c-1", report=TOLD),
    HoldPerson(fact_id="A-1/1/deceased/x", hold="deceased", at=AT),
    TellPerson(fact_id="A-1/1/death_refuted/x", event="death_refuted", at=AT),
    KeepComplaint(complaint=COMPLAINT),
    KeepComplaint(complaint=COMPLAINT.model_copy(update={"extensions": 1}), reason="records", by="lead-2"),
    KeepComplaint(complaint=COMPLAINT, outcome=ComplaintOutcome.UPHELD, by="lead-2"),
    KeepDispute(step="opened", dispute=DISPUTE, awaits=True),
    KeepDispute(step="resolved", dispute=UPHELD, awaits=True, by="lead-2"),
    KeepDispute(step="corrected", dispute=UPHELD),
    KeepDispute(step="released", dispute=UPHELD),
    KeepHardship(id="c-1", step="told", hardship=HARDSHIP),
    KeepHardship(id="a-1", step="assessed", hardship=HARDSHIP, outcome=HardshipOutcome.NO_HARDSHIP, by="care-1"),
    KeepHardship(id="f-1", step="followed_up", hardship=HARDSHIP, outcome=FollowUpOutcome.NOT_HELPED, by="care-2"),
    KeepNegotiation(
        negotiation=Negotiation(rounds=1, changes=1, offer=OFFER),
        request=ProposeTerms(id="o-1", proposal=Proposal(count=6), by="agent-1"),
        verdict=Verdict.NEEDS_APPROVAL,
        by="agent-1",
    ),
    KeepNegotiation(
        negotiation=Negotiation(rounds=1, changes=2, offer=OFFER),
        request=Approve(id="o-2", offer="o-1", by="lead-2"),
        by="lead-2",
    ),
    KeepNegotiation(
        negotiation=Negotiation(rounds=1, changes=3, offer=OFFER),
        request=Decline(id="o-3", offer="o-1", by="lead-2", reason="below-policy"),
        by="lead-2",
    ),
    KeepNegotiation(negotiation=Negotiation(rounds=1, changes=4, offer=OFFER), plan="plan-1", by="op-1"),
    KeepNegotiation(negotiation=Negotiation(rounds=1, changes=5, offer=OFFER)),
    KeepConcession(concession=CONCESSION, request_id="o-2"),
    step(ReAgeState.ASKED, 1, by="agent-1"),
    step(ReAgeState.APPROVED, 2, by="lead-2"),
    step(ReAgeState.CONFIRMED, 3),
    step(ReAgeState.TAKEN_BACK, 4),
    step(ReAgeState.DECLINED, 2, "r_2", by="lead-2", reason="not_willing"),
    step(ReAgeState.EXPIRED, 2, "r-3"),
    step(ReAgeState.REFUSED, 3, "r-4"),
    GivePromise(promise=PROMISE),
    JudgePromise(judged=JUDGED),
    *PLAN,
    AskReport(report=REPORT),
)
SENTENCES = [
    "A contact by hand was reported: call, debtor, conversation.",
    "The customer is late because of: lost income.",
    "The hold deceased lies on the customer.",
    "Of the customer it is known: death refuted.",
    "A complaint came in (k-1), to be answered by 2026-03-18.",
    "The answer to the complaint k-1 was put off to 2026-03-18: records.",
    "The complaint k-1 is upheld, says lead-2.",
    "The dispute d-1 is to be resolved by 2026-04-02.",
    "The dispute d-1 is partly upheld, says lead-2.",
    "The bank corrected what the dispute d-1 was about: 1,200.00 TWD.",
    "For the correction after the dispute d-1 nobody waits any more: 1,200.00 TWD.",
    "A hardship is to be assessed: lost income.",
    "The hardship was assessed by care-1: no hardship.",
    "Whether the advice helped was asked by care-2: not helped.",
    "Terms were proposed, as agent-1 tells: needs approval (round 1).",
    "What o-1 proposed was approved by lead-2.",
    "What o-1 proposed was declined by lead-2: below-policy.",
    "By the offer o-1 the plan plan-1 was signed.",
    "The offer o-1 expired.",
    "Something is given up once 500.00 TWD are paid (A-1/1/concession/o-1).",
    "The re-age r-1 of 400.00 TWD is asked for by agent-1, to be decided by 2005-07-07.",
    "The re-age r-1 of 400.00 TWD, asked for by agent-1, was approved by lead-2.",
    "By the re-age r-1 the account is current; 400.00 TWD were not paid.",
    "The re-age r-1 is taken back: a payment that it rested on was returned.",
    "The re-age r_2 was declined by lead-2: not_willing.",
    "The re-age r-3 expired.",
    "The card system refused the re-age r-4.",
    "The customer promises 500.00 TWD by 2026-03-10 (promise p-1).",
    "The promise p-1 is partly kept: 200.00 TWD of 500.00 TWD by 2026-03-10.",
    "The plan plan-1 is agreed: 6 instalments from 2026-03-13, 1,000.00 TWD in all.",
    "The plan 1 of the case is agreed: 0.00 TWD of 1,000.00 TWD paid.",
    "The card system is to be asked: block (a1/1/plan/1/block/1).",
    "The credit bureau is to be told: negative, past due (A-1/1/bureau/negative/1).",
    "The card system answers: block is confirmed (a1/1/plan/1/block/1).",
    "A debit of 200.00 TWD is to be asked for, due on 2005-06-22 (A-1/1/plan/1/debit/1/2005-06-22/1).",
    "The debit of 200.00 TWD is declined, no_funds (A-1/1/plan/1/debit/1/2005-06-22/1).",
    "The debit of 200.00 TWD is collected (A-1/1/plan/1/debit/1/2005-06-22/2).",
    "The report to the credit bureau is confirmed: negative, past due (A-1/1/bureau/negative/1).",
]


def test_every_row_is_known_to_the_audit_and_told_in_a_sentence(ledger: Ledger) -> None:
    chosen = Policies.named("card-standard")
    with ledger.write() as conn:
        accounts.add_account(conn, Account(account_id="A-1", currency="TWD", zone="Asia/Taipei"), "P-1")
        refs = policies.publish_strategy(conn, chosen.strategy, AT), policies.publish_rules(conn, chosen.rules, AT)
        cases.open_case(conn, "A-1", *refs, AT)
        keeping.keep(conn, ENTRIES, Kept("A-1/1", "A-1", "P-1", AT))
        keeping_plans.answer_adjustment(conn, "a1/1/plan/1/block/1", AdjustmentState.CONFIRMED, AT, reference="C-9")
        mandates.add(conn, mandate(account_id="A-1"))
        for number, said in (
            (1, {"state": DebitState.DECLINED, "why": "no_funds"}),
            (2, {"state": DebitState.COLLECTED}),
        ):
            asked = debit(number, plan="A-1/1/plan/1", case_id="A-1/1", account_id="A-1")
            if number == 1:
                keeping_debits.intend(conn, asked, AT)
            else:
                debits.add(conn, asked, AT, DebitState.WANTED)
            keeping_debits.answer(conn, asked.key, at=AT, **said)
        keeping_bureau.end_report(conn, REPORT.key, ReportState.CONFIRMED, AT, reference="B-9")
        rows = audit.rows(conn, "A-1/1")
    kinds = {row.kind for row in rows}
    assert kinds - {"contact_reported"} == UNDERSTOOD, "each is written by some entry, and no other"
    assert kinds <= KINDS
    assert [sentence(row, "Asia/Taipei") for row in rows] == SENTENCES
