"""What is evidence cannot be changed, not even by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from domain.model.causes import Cause
from domain.model.complaints import OpenComplaint
from domain.model.component import Component
from domain.model.concessions import Concession
from domain.model.contact import ContactAsk, FactKind, PastFact
from domain.model.debits import DebitState
from domain.model.delivery import DeliveryReport, DeliveryState
from domain.model.disputes import OpenDispute
from domain.model.entries import KeepComplaint, KeepConcession, KeepDispute, KeepHardship, KeepNegotiation
from domain.model.hardship import Hardship
from domain.model.negotiation import Negotiation
from domain.model.promise import Promise
from domain.model.re_age import ReAgeState
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from domain.model.treatment import Treatment
from ledger import (
    ability_reports,
    agencies,
    audit,
    causes,
    debits,
    deliveries,
    keeping,
    mandates,
    messages,
    permits,
    person_facts,
    promises,
    representatives,
    stops,
    tasks,
    treatments,
)
from ledger.causes import CauseRow
from ledger.keeping import Kept
from ledger.person_facts import PersonFact
from ledger.stops import Stop
from ledger.tasks import Task
from ledger.treatments import TreatmentRow
from tests.domain.agencies.dossier import agency
from tests.ledger.debit_of_one import debit, mandate
from tests.ledger.plan_of_six import agreed
from tests.ledger.re_age_of_one import step
from tests.ledger.test_ability_reports import assessed
from tests.ledger.test_representatives import ASKED

EVIDENCE = [
    "statements",
    "stated_lateness",
    "obligations",
    "meetings",
    "entries",
    "audit",
    "policies",
    "system_audit",
    "person_facts",
    "withdrawals",
    "deliveries",
    "causes",
    "complaints",
    "ability_reports",
    "treatments",
    "representatives",
    "representative_steps",
    "plans",
    "plan_instalments",
    "plan_steps",
    "disputes",
    "hardships",
    "negotiations",
    "concessions",
    "re_ages",
    "agencies",
    "agency_events",
]
STATES = {
    "messages": ["key", "case_id", "person_id", "notice", "channel", "past_due_minor", "purpose", "legal_notice"],
    "contacts": ["person_id", "channel", "debts", "digest"],
    "permits": ["permit_id", "issued_at", "valid_from", "expires_at", "conditions", "asked_digest"],
    "promises": ["promise_id", "amount_minor", "made_at", "made_on", "due_on", "grace_ends_on", "made_by"],
    "adjustments": ["key", "case_id", "account_id", "kind"],
    "mandates": [
        "mandate_id",
        "person_id",
        "account_id",
        "token",
        "signed_on",
        "valid_until",
        "most_minor",
        "evidence",
    ],
    "debits": ["key", "account_id", "plan_key", "due_on", "attempt", "amount_minor", "mandate_id", "on_date"],
    "stops": ["stop_id", "kind", "value", "set_at", "set_by", "reason"],
    "tasks": ["task_id", "case_id", "account_id", "person_id", "kind", "at", "due_at", "detail", "must_say"],
}
"""Tables whose rows take states, and columns that say what a row is about."""


@pytest.fixture
def filled(book, notice) -> Connection:
    """One row and more in each table of evidence."""
    at = datetime(2005, 6, 26, tzinfo=UTC)
    book.oblige(date(2005, 6, 20))
    book.pay("p-1", date(2005, 6, 26), {date(2005, 6, 20): 400})
    row, _ = book.open_case(at)
    audit.append(book.conn, row.case_id, "opened", at, {})
    book.conn.execute(text("INSERT INTO statements VALUES ('a1', '2005-05-31', 100000)"))
    book.conn.execute(text("INSERT INTO stated_lateness VALUES ('a1', '2005-05-31', 1)"))
    messages.intend(book.conn, notice, "p1", None, at.date(), at)
    deliveries.add(book.conn, DeliveryReport(key=notice.key, state=DeliveryState.DELIVERED, at=at), at)
    fact = PastFact(at=at, kind=FactKind.HOLD, name="cease")
    person_facts.add(book.conn, PersonFact("f1", "p1", fact, at))
    person_facts.withdraw(book.conn, "f1", at, "op-1", "wrong")
    ask = ContactAsk(channel=Channel.CALL, at=at)
    later = at + timedelta(hours=1)
    permits.issue(book.conn, "k1", "p1", ask, issued_at=at, valid_from=at, expires_at=later)
    causes.add(book.conn, CauseRow("k1", Cause.FORGOT, "p1", row.case_id, "a1", at.date(), at))
    complaint = OpenComplaint(id="k-1", received_on=at.date(), answer_by=at.date())
    dispute = OpenDispute(id="d-1", contact_id="k1", told_at=at, since=at.date(), resolve_by=at.date(), reports=("0",))
    hardship = Hardship(cause=Cause.LOST_INCOME, since=at.date(), reports=("0",))
    five = book.money(5)
    concession = Concession(id="c1", parts={Component.FEE: five}, needed=five, since=at, since_on=at.date())
    kept = [
        KeepComplaint(complaint=complaint),
        KeepDispute(step="opened", dispute=dispute, awaits=True),
        KeepHardship(id="c-1", step="told", hardship=hardship),
        KeepNegotiation(negotiation=Negotiation(rounds=1, changes=1)),
        KeepConcession(concession=concession, request_id="o-1"),
    ]
    keeping.keep(book.conn, kept, Kept(row.case_id, "a1", "p1", at))
    treatments.add(book.conn, TreatmentRow("t-1", "p1", Treatment.NO_CALLS, at.date(), "op-1", at))
    representatives.add(book.conn, ASKED, "op-1", at)
    representatives.check(book.conn, "auth-1", "op-2", at)
    ability_reports.add(book.conn, assessed())
    agencies.register(book.conn, agency(), "op-1", at)
    agencies.approve(book.conn, "north", 1, "op-2", at, at.date())
    stops.set_stop(book.conn, Stop("s1", StopKind.ALL, "", at, "op-1", "fault"))
    tasks.add(book.conn, Task("t1", "p1", "call", at))
    days = {"made_at": at, "made_on": at.date(), "due_on": at.date(), "grace_ends_on": at.date()}
    promises.add(book.conn, row.case_id, Promise(id="pr1", amount=book.money(5), **days), "op-1")
    keeping.keep(book.conn, [step(ReAgeState.ASKED, 1)], Kept(row.case_id, "a1", "p1", at))
    keeping.keep(book.conn, agreed(book.money(1000), at), Kept(row.case_id, "a1", "p1", at))
    mandates.add(book.conn, mandate())
    debits.add(book.conn, debit(case_id=row.case_id), at, DebitState.WANTED)
    return book.conn


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_rows_of_evidence_can_be_neither_changed_nor_deleted(filled: Connection, table: str, change: str) -> None:
    column = {
        "policies": "name",
        "audit": "kind",
        "system_audit": "kind",
        "person_facts": "name",
        "withdrawals": "reason",
        "deliveries": "state",
        "ability_reports": "ability",
        "treatments": "treatment",
        "representatives": "kind",
        "representative_steps": "step",
        "plan_instalments": "due_on",
        "plan_steps": "status",
        "agencies": "digest",
        "agency_events": "kind",
    }.get(table, "account_id")
    with pytest.raises(DBAPIError, match="append-only"), filled.begin_nested():
        filled.execute(text(change.format(table, column)))


@pytest.mark.needs("postgresql")
@pytest.mark.parametrize("ledger_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", [*EVIDENCE, *STATES])
def test_a_table_of_evidence_cannot_be_emptied(filled: Connection, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), filled.begin_nested():
        filled.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize(("table", "column"), [(table, column) for table in STATES for column in STATES[table]])
def test_what_a_row_with_states_is_about_never_changes(filled: Connection, table: str, column: str) -> None:
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), filled.begin_nested():
        filled.execute(text(f"UPDATE {table} SET {column} = {column}"))


@pytest.mark.parametrize("table", STATES)
def test_a_row_with_states_is_never_deleted(filled: Connection, table: str) -> None:
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), filled.begin_nested():
        filled.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize(
    ("done", "undone"),
    [
        ("UPDATE messages SET state = 'failed'", "UPDATE messages SET state = 'sent'"),
        ("UPDATE messages SET state = 'sent'", "UPDATE messages SET state = 'unknown'"),
        ("UPDATE messages SET state = 'unknown'", "UPDATE messages SET state = 'sending'"),
        ("UPDATE permits SET state = 'reported'", "UPDATE permits SET state = 'expired'"),
        ("UPDATE permits SET state = 'expired'", "UPDATE permits SET state = 'open'"),
        ("UPDATE permits SET state = 'cancelled'", "UPDATE permits SET state = 'open'"),
        ("UPDATE permits SET state = 'cancelled'", "UPDATE permits SET state = 'expired'"),
        ("UPDATE promises SET state = 'broken'", "UPDATE promises SET state = 'active'"),
        ("UPDATE adjustments SET state = 'asked'", "UPDATE adjustments SET state = 'wanted'"),
        ("UPDATE adjustments SET state = 'asked'", "UPDATE adjustments SET percent = '9'"),
        ("UPDATE adjustments SET settled_at = wanted_at", "UPDATE adjustments SET reference = 'x'"),
        ("UPDATE mandates SET ended_at = recorded_at", "UPDATE mandates SET ended_by = 'op-3'"),
        ("UPDATE debits SET state = 'asked'", "UPDATE debits SET state = 'wanted'"),
        ("UPDATE debits SET state = 'unknown'", "UPDATE debits SET state = 'asked'"),
        ("UPDATE debits SET state = 'declined', settled_at = wanted_at", "UPDATE debits SET code = 'x'"),
        ("UPDATE stops SET released_by = 'op-2', released_at = set_at", "UPDATE stops SET released_at = NULL"),
        ("UPDATE tasks SET closed_by = 'op-2', closed_at = at", "UPDATE tasks SET closed_by = 'op-3'"),
    ],
)
def test_a_state_never_goes_back(filled: Connection, done: str, undone: str) -> None:
    filled.execute(text(done))
    with pytest.raises(DBAPIError, match="is append-only"), filled.begin_nested():
        filled.execute(text(undone))
