"""Disputes: every step is kept once, what goes on is known again, and only credits of the bank correct anything."""

from datetime import date, timedelta

import pytest

from domain.model.disputes import CorrectionSeen, DisputeOutcome, OpenDispute
from domain.model.entries import KeepDispute
from domain.model.facts import Account
from domain.model.money import Money
from ledger import audit, disputes, entries, keeping
from ledger.entries import Entry, EntryKind
from ledger.kept import Kept
from tests.ledger.conftest import instant

AT = instant("2005-06-23T01:00:00")
DAY = date(2005, 6, 23)
OPEN = OpenDispute(
    id="d-1",
    contact_id="a1/1/report/d-1/0",
    told_at=AT,
    since=DAY,
    due_on=(date(2005, 5, 20),),
    resolve_by=date(2005, 7, 23),
    reports=("0",),
    about="shop-9",
)
WAITS = OPEN.model_copy(
    update={
        "outcome": DisputeOutcome.UPHELD,
        "correction": Money.of_minor(4_000, "TWD"),
        "resolve_by": date(2005, 7, 8),
    }
)
ACCOUNT = Account(account_id="a1", currency="TWD", zone="Asia/Taipei")


@pytest.fixture
def conn(book):
    book.open_case(AT)
    return book.conn


def keep(conn, *kept: KeepDispute, minutes: int = 0) -> list[str]:
    at = AT + timedelta(minutes=minutes)
    keeping.keep(conn, kept, Kept("a1/1", "a1", "p1", at))
    return [row.kind for row in audit.rows(conn, "a1/1")]


def test_every_step_is_kept_and_told_once(conn) -> None:
    resolved = KeepDispute(
        step="resolved", dispute=WAITS, awaits=True, by="lead-2", reference="ANS-1", resumes_on=date(2005, 6, 24)
    )
    for minutes, entry in enumerate(
        (
            KeepDispute(step="opened", dispute=OPEN, awaits=True),
            resolved,
            KeepDispute(step="corrected", dispute=WAITS, resumes_on=date(2005, 7, 1)),
        )
    ):
        for _ in range(2):
            kinds = keep(conn, entry, minutes=minutes)
    assert kinds == ["dispute_opened", "dispute_resolved", "dispute_corrected"]
    steps = disputes.of_case(conn, "a1/1")
    assert [(step.step, step.goes_on, step.by, step.dispute) for step in steps] == [
        ("opened", True, None, OPEN),
        ("resolved", True, "lead-2", WAITS),
        ("corrected", False, None, WAITS),
    ]
    said = audit.rows(conn, "a1/1")[1].content
    assert (said["outcome"], said["correction"], said["due_on"], said["about"]) == (
        "upheld",
        "40.00 TWD",
        ["2005-05-20"],
        "shop-9",
    )


def test_what_goes_on_is_known_again_with_the_answer_given_last(conn) -> None:
    other = OPEN.model_copy(update={"id": "d-2", "due_on": ()})
    assert disputes.standing(conn, "a1/1") == disputes.Standing()
    keep(conn, KeepDispute(step="opened", dispute=OPEN, awaits=True))
    keep(conn, KeepDispute(step="opened", dispute=other, awaits=True), minutes=1)
    assert disputes.standing(conn, "a1/1").going_on == (OPEN, other)
    keep(conn, KeepDispute(step="resolved", dispute=WAITS, awaits=True, resumes_on=date(2005, 6, 24)), minutes=2)
    standing = disputes.standing(conn, "a1/1")
    assert standing.going_on == (other, WAITS)
    assert standing.answer is not None
    assert (standing.answer.dispute, standing.answer.outcome, standing.answer.told_in) == ("d-1", "upheld", None)
    withdrawn = other.model_copy(update={"outcome": DisputeOutcome.WITHDRAWN})
    keep(conn, KeepDispute(step="resolved", dispute=withdrawn, resumes_on=date(2005, 6, 27)), minutes=3)
    keep(conn, KeepDispute(step="corrected", dispute=WAITS), minutes=3)
    standing = disputes.standing(conn, "a1/1")
    assert (standing.going_on, standing.resumes_on) == ((), date(2005, 6, 27))
    assert standing.answer is not None
    assert standing.answer.dispute == "d-1", "a withdrawn one is no answer"


def post(conn, reference: str, kind: EntryKind, minor: int, minutes: int, *, on: date = DAY, back: str | None = None):
    at = AT + timedelta(minutes=minutes)
    entries.append(conn, Entry("a1", reference, kind, on, at, principal_minor=minor, reverses=back))


def seen(conn, *known: OpenDispute, day: date = DAY, minutes: int = 60) -> list[int]:
    at = AT + timedelta(minutes=minutes)
    return [each.seen.minor for each in disputes.corrections(conn, ACCOUNT, known, day, at)]


def test_credits_and_charges_taken_back_correct_and_payments_do_not(conn) -> None:
    post(conn, "before", EntryKind.CREDIT, -100, -5)
    post(conn, "credit", EntryKind.CREDIT, -4_000, 1)
    assert disputes.corrections(conn, ACCOUNT, (OPEN,), DAY, AT + timedelta(minutes=2)) == (
        CorrectionSeen(dispute="d-1", seen=Money.of_minor(4_000, "TWD")),
    )
    post(conn, "payment", EntryKind.PAYMENT, -700, 2)
    post(conn, "fee", EntryKind.FEE, 300, 3)
    post(conn, "fee-back", EntryKind.REVERSAL, -300, 4, back="fee")
    post(conn, "payment-back", EntryKind.REVERSAL, 700, 5, back="payment")
    post(conn, "tomorrow", EntryKind.CREDIT, -900, 6, on=DAY + timedelta(days=1))
    later = OPEN.model_copy(update={"id": "d-2", "told_at": AT + timedelta(minutes=2)})
    assert seen(conn, OPEN, later) == [4_300, 300]
    assert seen(conn, OPEN, day=DAY + timedelta(days=1)) == [5_200]
    assert seen(conn, OPEN, minutes=3) == [4_000], "what is recorded later is not known yet"


def test_a_credit_that_is_taken_back_corrects_nothing(conn) -> None:
    post(conn, "credit", EntryKind.CREDIT, -4_000, 1)
    post(conn, "credit-back", EntryKind.REVERSAL, 4_000, 2, back="credit")
    assert seen(conn, OPEN) == [0]
    assert seen(conn, OPEN, minutes=1) == [4_000], "as it was known then"


def test_a_case_without_disputes_reads_nothing(conn) -> None:
    assert disputes.corrections(conn, ACCOUNT, (), DAY, AT) == ()


def test_the_due_dates_in_dispute_are_those_of_the_open_case(conn) -> None:
    assert disputes.disputed_due_on(conn, "a1") == frozenset()
    keep(conn, KeepDispute(step="opened", dispute=OPEN, awaits=True))
    assert disputes.disputed_due_on(conn, "a1") == {date(2005, 5, 20)}
    keep(conn, KeepDispute(step="corrected", dispute=WAITS), minutes=1)
    assert disputes.disputed_due_on(conn, "a1") == frozenset()
    assert disputes.disputed_due_on(conn, "none") == frozenset()
