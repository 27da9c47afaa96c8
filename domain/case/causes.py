"""Causes: what follows from why a customer is late: who works on it, what is laid on the person, what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from domain.calendar import local_day, local_instant
from domain.case import disputes, hardship
from domain.case.answering import digest_of
from domain.case.draft import Draft
from domain.case.known import Known
from domain.model.case import MOST_HOLDS, HeldBy
from domain.model.causes import FOUND_WITHOUT_TALK, TOLD_BY_ANYBODY, Cause, CausePath, Days, ToldCause
from domain.model.contact import Direction, Outcome, Party
from domain.model.entries import AddTask, Entry, HoldPerson, KeepCause
from domain.model.events import HoldReason
from domain.model.permits import ReportContact
from domain.model.representative import REPRESENTATIVES
from domain.model.strategy import Strategy

_SPEAK_FOR_THE_DEBT = (Party.DEBTOR, Party.GUARANTOR, *REPRESENTATIVES)
_NOTHING = CausePath()
_HOLDS = {"pause": HoldReason.PAUSE, "trace": HoldReason.TRACE}


def fault_of(told: ReportContact) -> str | None:
    """Why the cause cannot come from this contact, in one sentence."""
    if told.disputed_due_on and told.cause is not Cause.DISPUTE:
        return "only the cause dispute names obligations: give disputed_due_on with it, or leave it out"
    if told.about is not None and told.cause is not Cause.DISPUTE:
        return "only the cause dispute is about somebody: give about with it, or leave it out"
    if told.cause is None:
        return None
    talked = told.outcome is Outcome.CONVERSATION or told.direction is Direction.IN
    if told.cause in FOUND_WITHOUT_TALK:
        return f"who spoke was reached: the cause {told.cause} does not fit" if talked else None
    if not talked:
        return f"nobody spoke, so nobody told the cause {told.cause}: leave it out, or report the conversation"
    if told.cause in TOLD_BY_ANYBODY or (told.verified and told.party in _SPEAK_FOR_THE_DEBT):
        return None
    return f"the cause {told.cause} counts from who owes or speaks for them, proved to be so: verified, or leave it out"


def path_of(told: ReportContact, strategy: Strategy) -> CausePath:
    """Where the strategy lets the cause lead; nowhere when it does not name it."""
    return _NOTHING if told.cause is None else (strategy.causes or {}).get(told.cause, _NOTHING)


def entries_of(told: ReportContact, contact_id: str, known: Known) -> tuple[Entry, ...]:
    """What the ledger keeps of a cause, of an open case or a closed one."""
    if told.cause is None:
        return ()
    path = path_of(told, known.strategy)

    def begins(day: date) -> datetime:
        return local_instant(day, time(), known.zone)

    def in_time(work: Days) -> datetime:  # what is due at midnight is due on the day before
        return begins(known.today + timedelta(days=work.days + 1))

    found: list[Entry] = [KeepCause(contact_id=contact_id, report=told)]
    if path.person is not None and not told.disputed_due_on:
        found.append(
            HoldPerson(
                fact_id=f"{known.case_id}/{path.person.hold}/{digest_of(told)}",
                hold=path.person.hold,
                at=told.made_at,
                until=None if _until_resolved(told, known) else begins(known.today + timedelta(days=path.person.days)),
                debts=_debts(path.person.hold, known),
                evidence=told.recording,
            )
        )
    found += [_task(told, known.case_id, work.task, in_time(work), path) for work in path.work]
    if path.referral is not None:
        found.append(_task(told, known.case_id, "referral", in_time(path.referral), path))
    return tuple(found)


def wait(draft: Draft, told: ReportContact, contact_id: str) -> str:
    """What the cause makes an open case wait for, and the cause that it goes by from now on; what to say of it."""
    if told.cause is None:
        return ""
    draft.cause = ToldCause(
        cause=told.cause, on=local_day(told.made_at, draft.facts.account.zone), contact_id=contact_id
    )
    hardship.begin(draft, told, path_of(told, draft.facts.strategy))
    for hold in _holds(draft, told):
        if len(draft.holds.lying) >= MOST_HOLDS:
            draft.note(f"{MOST_HOLDS} holds lie on this case already: none was set for the cause {told.cause}.")
        else:
            draft.holds = draft.holds.added(hold)
    if told.cause is Cause.DISPUTE:
        return disputes.begin(draft, told, contact_id)
    return ""


def in_words(told: ReportContact, known: Known) -> str:
    """What follows, for who reports: what happens now, and what to offer in the same talk."""
    if told.cause is None:
        return ""
    return "; ".join((f"cause {told.cause.replace('_', ' ')}", *_follows(told, path_of(told, known.strategy), known)))


def _until_resolved(told: ReportContact, known: Known) -> bool:
    """A dispute of an open case has a clock of its own: its hold ends with it, and not before."""
    return told.cause is Cause.DISPUTE and known.is_open


def _follows(told: ReportContact, path: CausePath, known: Known) -> Iterator[str]:
    today = known.today
    for name in _HOLDS:
        if (wait_for := getattr(path, name)) is not None:
            what = "contact pauses" if name == "pause" else "no notice leaves while the payment is looked for,"
            yield f"{what} until {today + timedelta(days=wait_for.days)}"
    if told.disputed_due_on:
        due_on = ", ".join(map(str, told.disputed_due_on))
        yield f"the obligations due on {due_on} are left out until the dispute is answered"
    elif path.person is not None and _until_resolved(told, known):
        yield f"the hold {path.person.hold} lies on the customer until the dispute is resolved"
    elif path.person is not None:
        until = today + timedelta(days=path.person.days)
        yield f"the hold {path.person.hold} lies on the customer until {until}, or as long as is proved by then"
    for work in path.work:
        yield f"{work.task.replace('_', ' ')} by {today + timedelta(days=work.days)}"
    if path.referral is not None:
        yield f"tell the customer of: {', '.join(path.referral.services)}"
    if path.offers:
        yield f"offer: {', '.join(path.offers)}"


def _holds(draft: Draft, told: ReportContact) -> Iterator[HeldBy]:
    path = path_of(told, draft.facts.strategy)
    for name, reason in _HOLDS.items():
        if (wait_for := getattr(path, name)) is not None and not _waits_already(draft, told, reason):
            ends_on = draft.today + timedelta(days=wait_for.days)
            hold_id = f"cause/{told.cause}/{draft.today}"
            yield HeldBy(id=hold_id, reason=reason, starts_on=draft.today, ends_on=ends_on)


def _waits_already(draft: Draft, told: ReportContact, reason: HoldReason) -> bool:
    """A second call about the same cause makes the wait no longer: who works on it has been asked already."""
    begins = f"cause/{told.cause}/"
    return any(held.id.startswith(begins) and held.reason is reason for held in draft.holds.lying)


def _debts(hold: str, known: Known) -> tuple[str, ...]:
    """Which debts the pack's hold is about: this one, or, as far as no pack says so, all of the person's."""
    scopes = {rule.scope for pack in known.rules.packs for rule in pack.holds if rule.id == hold}
    return (known.account_id,) if scopes == {"debt"} else ()


def _task(told: ReportContact, case_id: str, kind: str, due_at: datetime, path: CausePath) -> AddTask:
    assert told.cause is not None
    detail: dict[str, str | tuple[str, ...]] = {"cause": told.cause.value}
    if path.programmes:
        detail["programmes"] = path.programmes
    if path.referral is not None:
        detail["services"] = path.referral.services
    if told.disputed_due_on:
        detail["disputed_due_on"] = tuple(map(str, told.disputed_due_on))
    return AddTask(task_id=f"{kind}/{case_id}/{digest_of(told)}", task=kind, due_at=due_at, detail=detail)
