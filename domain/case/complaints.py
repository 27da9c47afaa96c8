"""Complaints: their clock by the rules, who may answer, and what waits meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import assert_never

from domain.calendar import local_instant
from domain.case import person_holds
from domain.case.answering import accepted, refused
from domain.case.draft import Draft
from domain.compliance.holidays import is_holiday
from domain.model.complaints import (
    ESCALATES_BEFORE,
    MOST_OPEN,
    AnswerComplaint,
    Complain,
    ComplaintOutcome,
    ComplaintRequest,
    ExtendComplaint,
    OpenComplaint,
)
from domain.model.duties import Complaints
from domain.model.entries import AddTask, CloseTask, KeepComplaint
from domain.model.events import Answer
from domain.model.pack import Pack

_RECEIVED, _OVER = "complaint_received", {True: "complaint_withdrawn", False: "complaint_answered"}
_HOUSE = Complaints.model_validate({"source": "house", "answer": {"n": 30}})
"""Where no pack has a clock."""
_MOST_DAYS_AGO = 366
_SATURDAY = 5


def ask(draft: Draft, request: ComplaintRequest) -> Answer:
    """The answer to a request about complaints, and its effect."""
    match request:
        case Complain():
            return _complain(draft, request)
        case ExtendComplaint():
            return _extend(draft, request)
        case AnswerComplaint():
            return _answer(draft, request)
        case _:
            assert_never(request)


def review(draft: Draft, *, closing: bool = False) -> None:
    """Bring what is due soon before a supervisor, and wake for what will be; all of it when the case closes.

    What is not answered then is owed all the same, and no case looks after it any more.
    """
    for complaint in draft.complaints:
        escalates_on = max(complaint.received_on, complaint.answer_by - timedelta(days=ESCALATES_BEFORE))
        if complaint.escalated:
            continue
        if closing or escalates_on <= draft.today:
            _escalate(draft, complaint)
        else:
            draft.wake_no_later(_midnight(draft, escalates_on))


def clock_of(packs: Sequence[Pack]) -> Complaints:
    """The complaints' part of the pack nearest to the top that has one."""
    return next((pack.complaints for pack in reversed(packs) if pack.complaints is not None), _HOUSE)


def answer_by(clock: Complaints, received_on: date, packs: Sequence[Pack]) -> date:
    """The last day on which an answer is in time; the day on which the complaint came in does not count."""
    within = clock.answer or _HOUSE.answer
    assert within is not None
    if within.unit == "calendar_days":
        return received_on + timedelta(days=within.n)
    day, left = received_on, within.n
    while left:
        day += timedelta(days=1)
        left -= _is_business_day(day, packs)
    return day


def _complain(draft: Draft, asked: Complain) -> Answer:
    received_on = asked.received_on or draft.today
    if received_on > draft.today:
        return refused(asked, f"the complaint would have come in on {received_on}, after today ({draft.today})")
    if (draft.today - received_on).days > _MOST_DAYS_AGO:
        return refused(asked, f"{received_on} is more than a year ago: is it the right date?")
    if len(draft.complaints) >= MOST_OPEN:
        return refused(asked, f"{MOST_OPEN} complaints are open on this case already: add it to one of them")
    packs = draft.facts.rules.packs
    complaint = OpenComplaint(
        id=asked.id,
        received_on=received_on,
        answer_by=answer_by(clock_of(packs), received_on, packs),
        about=asked.about,
    )
    draft.complaints = (*draft.complaints, complaint)
    draft.entries.append(KeepComplaint(complaint=complaint, reference=asked.reference))
    person_holds.lay(draft, _RECEIVED, complaint.id)
    draft.entries.append(_task(draft, complaint, "complaint", complaint.answer_by))
    draft.note(f"Complaint {asked.id} came in on {received_on}: to be answered by {complaint.answer_by}.")
    return accepted(asked, f"the complaint {asked.id} is to be answered by {complaint.answer_by}")


def _extend(draft: Draft, asked: ExtendComplaint) -> Answer:
    complaint = _find(draft, asked.complaint_id)
    if complaint is None:
        return refused(asked, f"no complaint {asked.complaint_id} is open on this case")
    steps = clock_of(draft.facts.rules.packs).extend
    if complaint.extensions >= len(steps):
        return refused(asked, f"the answer is due by {complaint.answer_by}: the rules let nobody put it off further")
    step = steps[complaint.extensions]
    if step.needs == "approval" and asked.approved_by is None:
        return refused(asked, f"up to {step.to} days need an approval: say who approved it")
    if asked.approved_by is not None and asked.approved_by == complaint.about:
        return refused(asked, f"the complaint is about {complaint.about}, who does not approve that it takes longer")
    later = complaint.received_on + timedelta(days=step.to)
    changed = complaint.model_copy(
        update={"answer_by": later, "extensions": complaint.extensions + 1, "escalated": False}
    )
    draft.complaints = tuple(changed if each.id == changed.id else each for each in draft.complaints)
    draft.entries += [
        KeepComplaint(complaint=changed, reason=asked.reason, by=asked.approved_by),
        _task(draft, changed, "complaint_extension", draft.today + timedelta(days=1)),
    ]
    draft.note(f"The answer to the complaint {changed.id} was put off to {later}.")
    return accepted(asked, f"the complaint {changed.id} is to be answered by {later}: tell the customer why")


def _answer(draft: Draft, asked: AnswerComplaint) -> Answer:
    complaint = _find(draft, asked.complaint_id)
    if complaint is None:
        return refused(asked, f"no complaint {asked.complaint_id} is open on this case")
    withdrawn = asked.outcome is ComplaintOutcome.WITHDRAWN
    if asked.by == complaint.about and not withdrawn:
        return refused(asked, f"the complaint is about {asked.by}: somebody else must answer it")
    draft.complaints = tuple(each for each in draft.complaints if each.id != complaint.id)
    draft.entries += [
        KeepComplaint(complaint=complaint, outcome=asked.outcome, by=asked.by, reference=asked.reference),
        *(CloseTask(task_id=name, by=asked.by, outcome=asked.outcome.value) for name in _done_with(draft, complaint)),
    ]
    if not draft.complaints:  # the holds of the others would end with it
        person_holds.tell(draft, _OVER[withdrawn], complaint.id)
    late = "" if draft.today <= complaint.answer_by else f", after the last day {complaint.answer_by}"
    said = f"the complaint {complaint.id} is {asked.outcome.replace('_', ' ')}{late}"
    draft.note(f"{said[0].upper()}{said[1:]}.")
    return accepted(asked, said)


def _escalate(draft: Draft, complaint: OpenComplaint) -> None:
    changed = complaint.model_copy(update={"escalated": True})
    draft.complaints = tuple(changed if each.id == changed.id else each for each in draft.complaints)
    draft.entries.append(_task(draft, complaint, "complaint_escalation", complaint.answer_by))
    draft.note(
        f"The complaint {complaint.id} is not answered, and due by {complaint.answer_by}: a supervisor must look."
    )


def _task(draft: Draft, complaint: OpenComplaint, kind: str, last_day: date) -> AddTask:
    detail: dict[str, str | tuple[str, ...]] = {"complaint": complaint.id}
    if complaint.about is not None:
        detail["about"] = complaint.about
    due_at = _midnight(draft, last_day + timedelta(days=1))
    return AddTask(task_id=_task_id(draft, complaint, kind), task=kind, due_at=due_at, detail=detail)


def _task_id(draft: Draft, complaint: OpenComplaint, kind: str) -> str:
    """One for each extension, which begins a new clock."""
    again = f"/{complaint.extensions}" if kind != "complaint" and complaint.extensions else ""
    return f"{kind}/{draft.case.case_id}/{complaint.id}{again}"


def _done_with(draft: Draft, complaint: OpenComplaint) -> list[str]:
    """Ids of the tasks that an answer makes needless: its own, and those of a supervisor, one for each clock."""
    clocks = (complaint.model_copy(update={"extensions": number}) for number in range(complaint.extensions + 1))
    return [
        _task_id(draft, complaint, "complaint"),
        *(_task_id(draft, each, "complaint_escalation") for each in clocks),
    ]


def _find(draft: Draft, complaint_id: str) -> OpenComplaint | None:
    return next((each for each in draft.complaints if each.id == complaint_id), None)


def _is_business_day(day: date, packs: Sequence[Pack]) -> bool:
    holidays = (pack.holidays for pack in packs if pack.holidays is not None)
    return day.weekday() < _SATURDAY and not any(is_holiday(each, day) for each in holidays)


def _midnight(draft: Draft, day: date) -> datetime:
    return local_instant(day, time(), draft.facts.account.zone)
