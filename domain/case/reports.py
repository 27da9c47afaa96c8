"""Reports: what became of a contact that a person or an agency made, with or without leave; a breach is kept as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain import stopping
from domain.case import causes, due_dates
from domain.case.answering import accepted, digest_of, refused
from domain.case.draft import Draft
from domain.case.known import Known
from domain.case.reached import fault_of, in_words, located
from domain.case.standing import permits_of, record_of
from domain.compliance.consents import any_in_force
from domain.compliance.situation import situation_of
from domain.model.contact import Direction, Outcome
from domain.model.entries import AddTask, Entry, HoldPerson, KeepContact
from domain.model.events import Answer
from domain.model.permits import KnownPermit, PermitState, ReportContact

NO_PERMIT = "no_permit"
"""Breach: nobody had permitted the contact."""
OUTSIDE_PERMIT = "outside_permit"
"""Breach: the contact was made before or after the time that the permit gave."""
PERMIT_CANCELLED = "permit_cancelled"
"""Breach: the contact was made although its permit had been taken or given back."""
STOPPED = "stopped"
"""Breach: the contact was made while an emergency stop closed it."""

_MOST_DAYS_AGO = 400
_MOST_AHEAD = timedelta(minutes=5)
"""So far the clock of who reports may be ahead of ours."""


@dataclass(frozen=True)
class Heard:
    """The answer to a report, what the ledger keeps of it, and the line that tells of it."""

    answer: Answer
    entries: tuple[Entry, ...] = ()
    remark: str | None = None


def report(draft: Draft, told: ReportContact) -> Answer:
    """The answer to a report in a step of its case."""
    facts = draft.facts
    known = Known(
        case_id=draft.case.case_id,
        account_id=facts.account.account_id,
        at=draft.at,
        permits=permits_of(draft),
        reach=facts.reach,
        record=record_of(draft),
        stops=facts.stops_then.get(told.id, ()),
        zone=facts.account.zone,
        obligations=facts.obligations,
        strategy=facts.strategy,
        rules=facts.rules,
        is_open=not draft.is_closed,
    )
    heard = hear(told, known)
    draft.entries += heard.entries
    if heard.remark is not None:
        draft.note(heard.remark)
    answer = heard.answer
    if answer.accepted and not draft.is_closed:
        follows = causes.wait(draft, told, contact_id(draft.case.case_id, told))
        answer = answer.model_copy(update={"text": f"{answer.text}; {follows}"}) if follows else answer
    draft.on_record(*(entry.fact for entry in heard.entries if isinstance(entry, HoldPerson)))
    return answer


def contact_id(case_id: str, told: ReportContact) -> str:
    """Id under which the contact is kept: its permit's, else the same for the same report only."""
    return told.permit_id or f"{case_id}/report/{told.id}/{digest_of(told)}"


def is_in_time(made_at: datetime, at: datetime) -> bool:
    """Whether a contact of that instant can be reported now: neither in the future nor long ago."""
    return at - timedelta(days=_MOST_DAYS_AGO) <= made_at <= at + _MOST_AHEAD


def hear(told: ReportContact, known: Known) -> Heard:
    """Keep a contact, flag it when it was a breach, or refuse what cannot be so."""
    permit = None if told.permit_id is None else known.permits.get(told.permit_id)
    made = _as_permitted(located(told, known.reach), permit)
    if (fault := _fault(told, made, permit, known)) is not None:
        return Heard(refused(told, fault))
    follows = causes.entries_of(told, contact_id(known.case_id, told), known)
    if permit is not None and permit.state is PermitState.REPORTED and permit.contact.outcome is told.outcome:
        before = f"the permit {told.permit_id} was reported so before{_as_breach(permit)}"
        return Heard(accepted(told, _with_cause(before, told, known)), follows)
    breach = _breach(made, permit, known)
    kept = KeepContact(contact_id=contact_id(known.case_id, told), report=made, breach=breach)
    return _kept(told, kept, follows, known)


def _kept(told: ReportContact, kept: KeepContact, follows: tuple[Entry, ...], known: Known) -> Heard:
    breach = kept.breach
    what = _with_cause(f"{in_words(told)}, {told.direction}, {told.outcome}", told, known)
    if breach is None:
        return Heard(accepted(told, f"recorded: {what}"), (kept, *follows), f"Contact reported: {what}.")
    answer = accepted(told, f"recorded as a breach ({breach}): {what}")
    remark = f"Contact reported as a breach ({breach}): {what}."
    return Heard(answer, (kept, _task(kept, breach), *follows), remark)


def _with_cause(text: str, told: ReportContact, known: Known) -> str:
    """What follows from the cause is part of the answer: who reports it is still in the talk."""
    follows = causes.in_words(told, known)
    return f"{text}; {follows}" if follows else text


def _as_permitted(made: ReportContact, permit: KnownPermit | None) -> ReportContact:
    """With what was asked for wherever the report leaves it out."""
    if permit is None:
        return made
    names = ("address", "party_id", "place")
    left_out = {name: getattr(permit.contact, name) for name in names if getattr(made, name) is None}
    return made.model_copy(update=left_out)


def _as_breach(permit: KnownPermit) -> str:
    """A step that runs again finds its own report: what it answers is all that anybody hears of it."""
    return "" if permit.breach is None else f", as a breach ({permit.breach})"


def _fault(told: ReportContact, made: ReportContact, permit: KnownPermit | None, known: Known) -> str | None:
    """Why it cannot be so, in one sentence."""
    return _fault_in_itself(told, known) or _fault_of_permit(made, permit, known) or _fault_of_consent(made, known)


def _fault_in_itself(told: ReportContact, known: Known) -> str | None:
    if told.outcome in (Outcome.PENDING, Outcome.UNREPORTED):
        return f"{told.outcome} is not the outcome of a contact that was made: report what became of it"
    if not is_in_time(told.made_at, known.at):
        return f"made_at lies in the future, or more than {_MOST_DAYS_AGO} days ago: report when the contact was made"
    return (
        fault_of(told, known.reach)
        or causes.fault_of(told)
        or due_dates.fault_of(told.disputed_due_on, known.obligations)
    )


def _fault_of_permit(told: ReportContact, permit: KnownPermit | None, known: Known) -> str | None:
    """A permit is for the contact that was asked for; any other one was made without a permit."""
    if told.permit_id is None:
        return None
    if told.direction is Direction.IN:
        return "a contact that the customer made needs no permit: report it without one"
    if permit is None or permit.contact.debts != (known.account_id,):
        return f"no permit {told.permit_id} was given for this account: report the contact without a permit"
    return _fault_under(permit, told)


def _fault_under(permit: KnownPermit, told: ReportContact) -> str | None:
    if _minute(told.made_at) < _minute(permit.issued_at):
        return f"the permit {told.permit_id} was given after the contact: report the contact without a permit"
    if (other := _other(told, permit)) is not None:
        return f"the permit {told.permit_id} is for another {other}: report the contact without a permit"
    outcome = permit.contact.outcome
    bounced = outcome is Outcome.DELIVERED and told.outcome is Outcome.FAILED
    if permit.state is PermitState.REPORTED and outcome is not told.outcome and not bounced:
        return f"the permit {told.permit_id} was reported before, as {outcome}"
    return None


def _other(made: ReportContact, permit: KnownPermit) -> str | None:
    """In what the contact differs from what was asked for. Who asked for no certain person or address names one now."""
    asked = permit.contact
    names = ["channel", "party", "actor", "collector", "place"]
    names += [name for name in ("address", "party_id") if getattr(asked, name) is not None]
    return next((name for name in names if getattr(made, name) != getattr(asked, name)), None)


def _fault_of_consent(made: ReportContact, known: Known) -> str | None:
    """A consent takes the contact out of caps: it is on file, or nobody gave it."""
    if made.consented is None:
        return None
    contact = made.made(known.account_id)
    named = [consent for pack in known.rules.packs for consent in pack.consents if consent.id == made.consented]
    situation = situation_of(made.ask(known.account_id, made.made_at), known.record)
    if any_in_force(named, situation, made.made_at, known.record.zones, contact):
        return None
    return f"no consent {made.consented} to this contact was in force when it was made: report it without one"


def _breach(told: ReportContact, permit: KnownPermit | None, known: Known) -> str | None:
    if told.direction is Direction.IN:
        return None
    if permit is None:
        return NO_PERMIT
    if permit.state is PermitState.REPORTED:  # a bounce, which tells nothing new of when it was made
        return None
    if permit.cancelled_at is not None and told.made_at >= permit.cancelled_at:
        return PERMIT_CANCELLED
    # People write minutes, and no rule changes within one.
    if not _minute(permit.given.valid_from) <= told.made_at < permit.given.expires_at:
        return OUTSIDE_PERMIT
    ask = told.ask(known.account_id, told.made_at)
    stopped = stopping.against(ask, known.stops, None, known.strategy, known.rules)
    return None if stopped is None else STOPPED


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _task(kept: KeepContact, breach: str) -> AddTask:
    told = kept.report
    detail = {"breach": breach, "channel": told.channel.value, "party": told.party.value, "outcome": told.outcome.value}
    return AddTask(task_id=f"breach/{kept.contact_id}", task="breach", detail=detail)
