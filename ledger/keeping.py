"""Keeping: stores the entries of a step, or of a report about a closed case, each with its row in the case's audit.

A step may run again after its first run was stored: what is there under the same id stays as it is, and is not told
twice. Nothing that a person typed is refused here: the decision has answered for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.model.contact import ContactAsk, FactKind, PastContact, Place, Purpose
from domain.model.entries import (
    AddTask,
    AskAdjustment,
    AskReport,
    ClosePermit,
    CloseTask,
    Entry,
    GivePermit,
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
    KeepPlan,
    KeepPlanStep,
    KeepReAge,
    TellPerson,
)
from domain.model.sealed import CAUSE_TOLD, COMPLAINT_STEPS, PERSON_HELD, PERSON_TOLD, PROMISE_JUDGED, PROMISE_MADE
from ledger import (
    accounts,
    audit,
    causes,
    complaints,
    concessions,
    contacts,
    disputes,
    hardships,
    keeping_bureau,
    keeping_plans,
    negotiations,
    permits,
    person_facts,
    promises,
    re_ages,
    tasks,
)
from ledger.causes import CauseRow
from ledger.complaints import ComplaintStep
from ledger.contacts import Contact
from ledger.kept import Kept as Kept
from ledger.person_facts import PersonFact
from ledger.tasks import Task


def keep(conn: Connection, entries: Sequence[Entry], kept: Kept) -> None:
    """Store the entries in their order."""
    for entry in entries:
        _keep(conn, entry, kept)


def _keep(conn: Connection, entry: Entry, kept: Kept) -> None:
    match entry:
        case GivePermit():
            _give(conn, entry, kept)
        case ClosePermit():
            _close(conn, entry, kept)
        case KeepContact():
            _store(conn, entry, kept)
        case KeepCause():
            _keep_cause(conn, entry, kept)
        case HoldPerson() | TellPerson():
            _tell_person(conn, entry, kept)
        case KeepComplaint():
            _keep_complaint(conn, entry, kept)
        case KeepDispute():
            disputes.keep(conn, entry, kept)
        case KeepHardship():
            hardships.keep(conn, entry, kept)
        case KeepNegotiation():
            negotiations.keep(conn, entry, kept)
        case CloseTask():
            if tasks.get(conn, entry.task_id) is not None:
                tasks.close(conn, entry.task_id, kept.at, entry.by, entry.outcome)
        case AddTask():
            _add_task(conn, entry, kept)
        case GivePromise():
            _give_promise(conn, entry, kept)
        case JudgePromise():
            _judge_promise(conn, entry, kept)
        case KeepPlan():
            keeping_plans.keep_plan(conn, entry, kept.case_id, kept.account_id, kept.at)
        case KeepPlanStep():
            keeping_plans.keep_step(conn, entry, kept.case_id, kept.at)
        case KeepConcession():
            concessions.keep(conn, entry, kept)
        case KeepReAge():
            re_ages.keep(conn, entry, kept)
        case AskAdjustment():
            keeping_plans.ask_adjustment(conn, entry, kept.case_id, kept.account_id, kept.at)
        case AskReport():
            keeping_bureau.ask_report(conn, entry, kept.case_id, kept.account_id, kept.at)
        case _:
            assert_never(entry)


def _give(conn: Connection, entry: GivePermit, kept: Kept) -> None:
    given = entry.given
    ask = entry.request.ask(kept.account_id, given.valid_from)
    new = permits.issue(
        conn,
        given.permit_id,
        kept.person_id,
        ask,
        issued_at=kept.at,
        valid_from=given.valid_from,
        expires_at=given.expires_at,
        conditions=given.conditions,
        case_id=kept.case_id,
    )
    if new:
        what = _what(ask.place, ask.purpose, ask.notice)
        body = {"permit": given.permit_id, **_who(ask), **what, **given.model_dump(mode="json", exclude={"permit_id"})}
        audit.append(conn, kept.case_id, "permit_given", kept.at, body)


def _close(conn: Connection, entry: ClosePermit, kept: Kept) -> None:
    close = permits.cancel if entry.how == "cancelled" else permits.expire
    if close(conn, entry.permit_id, kept.at):
        audit.append(conn, kept.case_id, "permit_closed", kept.at, {"permit": entry.permit_id, "how": entry.how})


def _store(conn: Connection, entry: KeepContact, kept: Kept) -> None:
    told = entry.report
    if told.permit_id is not None:
        new = permits.report(
            conn,
            told.permit_id,
            told.outcome,
            made_at=told.made_at,
            reported_at=kept.at,
            address=told.address,
            party_id=told.party_id,
            consented=told.consented,
            breach=entry.breach,
        )
    else:
        new = _add(conn, entry, kept)
    if new:
        stored = contacts.get(conn, entry.contact_id)
        assert stored is not None
        audit.append(conn, kept.case_id, "contact_reported", kept.at, _of_contact(entry, kept, stored))


def _add(conn: Connection, entry: KeepContact, kept: Kept) -> bool:
    if contacts.get(conn, entry.contact_id) is not None:
        return False
    made = entry.report.made(kept.account_id)
    known = {"case_id": kept.case_id, "reported_at": kept.at, "breach": entry.breach}
    return contacts.add(conn, Contact(entry.contact_id, kept.person_id, made, **known))  # type: ignore[arg-type]  # by name


def _keep_cause(conn: Connection, entry: KeepCause, kept: Kept) -> None:
    told, zone = entry.report, accounts.get_account(conn, kept.account_id).zone
    assert told.cause is not None, "a report without a cause is kept as a contact only"
    row = CauseRow(
        contact_id=entry.contact_id,
        cause=told.cause,
        person_id=kept.person_id,
        case_id=kept.case_id,
        account_id=kept.account_id,
        told_on=told.made_at.astimezone(ZoneInfo(zone)).date(),
        recorded_at=kept.at,
        verified=told.verified,
        disputed_due_on=told.disputed_due_on,
        recording=told.recording,
    )
    if causes.add(conn, row):
        disputed: list[JsonValue] = [str(due_on) for due_on in row.disputed_due_on]
        body = {"contact": row.contact_id, "cause": row.cause.value, "verified": row.verified, "disputed": disputed}
        audit.append(conn, kept.case_id, CAUSE_TOLD, kept.at, {**body, "recording": row.recording})


def _tell_person(conn: Connection, entry: HoldPerson | TellPerson, kept: Kept) -> None:
    if person_facts.get(conn, entry.fact_id) is not None:
        return
    fact, evidence = entry.fact, entry.evidence if isinstance(entry, HoldPerson) else None
    person_facts.add(conn, PersonFact(entry.fact_id, kept.person_id, fact, kept.at, evidence))
    body: dict[str, JsonValue] = {"fact": entry.fact_id, fact.kind.value: fact.name, "debts": list(fact.debts)}
    if fact.until is not None:
        body["until"] = fact.until.isoformat()
    audit.append(conn, kept.case_id, PERSON_HELD if fact.kind is FactKind.HOLD else PERSON_TOLD, kept.at, body)


def _keep_complaint(conn: Connection, entry: KeepComplaint, kept: Kept) -> None:
    complaint = entry.complaint
    step = ComplaintStep(
        case_id=kept.case_id,
        complaint_id=complaint.id,
        step=entry.step,
        person_id=kept.person_id,
        account_id=kept.account_id,
        received_on=complaint.received_on,
        answer_by=complaint.answer_by,
        recorded_at=kept.at,
        about=complaint.about,
        by=entry.by,
        reason=entry.reason,
        outcome=entry.outcome,
        reference=entry.reference,
    )
    if complaints.add(conn, step):
        said = {"complaint": step.complaint_id, "step": step.step, "received_on": step.received_on.isoformat()}
        whose = {"about": step.about, "by": step.by, "reason": step.reason, "reference": step.reference}
        outcome = None if step.outcome is None else step.outcome.value
        body = {**said, "answer_by": step.answer_by.isoformat(), **whose, "outcome": outcome}
        audit.append(conn, kept.case_id, COMPLAINT_STEPS[step.step.partition("/")[0]], kept.at, body)


def _add_task(conn: Connection, entry: AddTask, kept: Kept) -> None:
    if tasks.get(conn, entry.task_id) is not None:
        return
    detail: dict[str, JsonValue] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in entry.detail.items()
    }
    about = {"case_id": kept.case_id, "account_id": kept.account_id, "due_at": entry.due_at}
    tasks.add(conn, Task(entry.task_id, kept.person_id, entry.task, kept.at, detail=detail, **about))  # type: ignore[arg-type]  # by name


def _give_promise(conn: Connection, entry: GivePromise, kept: Kept) -> None:
    promise = entry.promise
    if promises.add(conn, kept.case_id, promise, entry.by):
        days = {"due_on": promise.due_on.isoformat(), "grace_ends_on": promise.grace_ends_on.isoformat()}
        body = {"promise": promise.id, "amount": str(promise.amount), **days, "by": entry.by}
        audit.append(conn, kept.case_id, PROMISE_MADE, kept.at, body)


def _judge_promise(conn: Connection, entry: JudgePromise, kept: Kept) -> None:
    judged = entry.judged
    if promises.judge(conn, kept.case_id, judged):
        promise = judged.promise
        money = {"paid": str(judged.paid), "amount": str(promise.amount), "due_on": promise.due_on.isoformat()}
        body = {"promise": promise.id, "state": judged.state.value, **money}
        audit.append(conn, kept.case_id, PROMISE_JUDGED, kept.at, {**body, "resumes_on": judged.resumes_on.isoformat()})


def _of_contact(entry: KeepContact, kept: Kept, stored: Contact) -> dict[str, JsonValue]:
    """What was told of the contact; what a report leaves to its permit stands as it was ``stored``."""
    made = entry.report.made(kept.account_id)
    told = {"direction": made.direction.value, "outcome": made.outcome.value, "made_at": made.at.isoformat()}
    what = _what(stored.made.place, stored.purpose, stored.notice)
    known = {"consented": stored.made.consented, "breach": entry.breach}
    return {"contact": entry.contact_id, **_who(made), **told, **what, **known}


def _who(contact: ContactAsk | PastContact) -> dict[str, JsonValue]:
    return {
        "channel": contact.channel.value,
        "party": contact.party.value,
        "party_id": contact.party_id,
        "actor": contact.actor.value,
        "collector": contact.collector,
        "address_id": contact.address,
    }


def _what(place: Place, purpose: Purpose, notice: str | None) -> dict[str, JsonValue]:
    return {"place": place.value, "purpose": purpose.value, "notice": notice}
