"""Permits: leave to make one contact by hand, asked of the same gate as messages; taken back when it would refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from domain.case.answering import accepted, refused
from domain.case.dispute_words import not_to_be_asked_for
from domain.case.draft import Draft
from domain.case.leave import Allowed, Refusal, leave_now, leave_on, promised, refusing
from domain.case.reached import asked_again, fault_of, in_words, located
from domain.case.standing import permits_of, record_of
from domain.case.wording import clock
from domain.compliance.speakers import speakers
from domain.model.contact import PastContact
from domain.model.entries import ClosePermit, GivePermit
from domain.model.events import Answer
from domain.model.permits import KnownPermit, PermitGiven, PermitState, RequestContact, ReturnPermit
from domain.model.representative import REPRESENTATIVES

MOST_DAYS_AHEAD = 7
"""How far ahead a list of a day may be asked for."""
_CLOSED = "case.closed"


def permit_id(case_id: str, request_id: str) -> str:
    """Id of the permit that a request of this case is given."""
    return f"{case_id}/permit/{request_id}"


def request(draft: Draft, asked: RequestContact) -> Answer:
    """A permit, or all that refuses."""
    if (fault := _fault_of(draft, asked)) is not None:
        return refused(asked, fault)
    wanted = located(asked, draft.facts.reach)
    name = permit_id(draft.case.case_id, asked.id)
    if (known := permits_of(draft).get(name)) is not None:
        return _given_before(draft, asked, wanted, known)
    ask = wanted.ask(draft.facts.account.account_id, draft.at)
    found = leave_now(draft, ask, wanted.minutes) if wanted.day is None else leave_on(draft, ask, wanted.day)
    if isinstance(found, Refusal):
        return _refused(draft, asked, wanted, found)
    return _granted(draft, asked, wanted, found)


def give_back(draft: Draft, asked: ReturnPermit) -> Answer:
    """The place of a permit is free again: of one that is open, or that was taken back and nobody had used."""
    permit = find(draft, asked.permit_id)
    if permit is None:
        return refused(asked, f"no permit {asked.permit_id} was given for this account")
    match permit.state:
        case PermitState.EXPIRED if permit.cancelled_at is None or permit.given.expires_at <= draft.at:
            until = clock(permit.given.expires_at, draft.facts)
            return refused(asked, f"the permit {asked.permit_id} expired on {until}: report what became of the contact")
        case PermitState.REPORTED:
            outcome = permit.contact.outcome
            return refused(asked, f"the contact of the permit {asked.permit_id} was made: it was reported as {outcome}")
        case PermitState.OPEN | PermitState.EXPIRED:
            draft.entries.append(ClosePermit(permit_id=asked.permit_id, how="cancelled"))
            draft.note(f"Permit given back: {in_words(permit.contact)}.")
    return accepted(asked, f"the permit {asked.permit_id} is given back: no contact may be made under it")


def find(draft: Draft, name: str) -> KnownPermit | None:
    """The permit of this id, if it is about this account."""
    permit = permits_of(draft).get(name)
    return permit if permit is not None and _is_own(draft, permit) else None


def review(draft: Draft, *, closing: bool = False) -> None:
    """Let the permits expire whose time is over, take back what would be refused now, wake for those that stay.

    To be called before the answers of a step are final: a permit of this very step may be among what is taken back.
    """
    for permit in _expired(draft):
        draft.entries.append(ClosePermit(permit_id=permit.given.permit_id, how="expired"))
        draft.note(f"Permit expired unreported, and counts as made: {in_words(permit.contact)}.")
    for permit in _open(draft):
        if by := _against(draft, permit, closing=closing):
            _take_back(draft, permit, by)
    for permit in _open(draft):
        draft.wake_no_later(permit.given.expires_at)


def _expired(draft: Draft) -> list[KnownPermit]:
    """Those that expired since the last step, and that this one has not closed yet."""
    stand = permits_of(draft)
    closed = {entry.permit_id for entry in draft.entries if isinstance(entry, ClosePermit)}
    return [
        permit
        for permit in draft.facts.permits
        if permit.state is PermitState.OPEN
        and stand[permit.given.permit_id].state is PermitState.EXPIRED
        and permit.given.permit_id not in closed
        and _is_own(draft, permit)
    ]


def _open(draft: Draft) -> list[KnownPermit]:
    known = permits_of(draft).values()
    return [permit for permit in known if permit.state is PermitState.OPEN and _is_own(draft, permit)]


def _is_own(draft: Draft, permit: KnownPermit) -> bool:
    """A message may name a permit of another account of the person: that is the other case's to look after."""
    return permit.contact.debts == (draft.facts.account.account_id,)


def _fault_of(draft: Draft, asked: RequestContact) -> str | None:
    opens_at, day = draft.case.opens_at, asked.day
    if opens_at is not None and draft.at < opens_at:
        return f"nothing is past due yet: the case opens on {clock(opens_at, draft.facts)}"
    if day is not None and not draft.today <= day <= draft.today + timedelta(days=MOST_DAYS_AHEAD):
        return f"a permit is for a day from today ({draft.today}) up to {MOST_DAYS_AHEAD} days ahead, not for {day}"
    return fault_of(asked, draft.facts.reach)


def _given_before(draft: Draft, asked: RequestContact, wanted: RequestContact, known: KnownPermit) -> Answer:
    """What a run of this step left that the case never adopted: the same permit, or none."""
    same = PastContact.pending(wanted.ask(draft.facts.account.account_id, known.contact.at)) == known.contact
    if same and known.state is PermitState.OPEN:
        return accepted(asked, _meaning(draft, wanted, known.given), known.given)
    return refused(asked, f"the id {asked.id} was used for a permit that is {known.state}: choose a new id")


def _granted(draft: Draft, asked: RequestContact, wanted: RequestContact, found: Allowed) -> Answer:
    given = found.as_permit(permit_id(draft.case.case_id, asked.id))
    draft.entries.append(GivePermit(request=wanted, given=given))
    draft.note(f"Permit given until {clock(given.expires_at, draft.facts)}: {in_words(wanted)}.")
    return accepted(asked, _meaning(draft, wanted, given), given)


def _meaning(draft: Draft, wanted: RequestContact, given: PermitGiven) -> str:
    facts = draft.facts
    span = f"from {clock(given.valid_from, facts)} until {clock(given.expires_at, facts)}"
    but = not_to_be_asked_for(draft.disputes)
    return f"one contact ({in_words(wanted)}) is permitted {span}: report what becomes of it{but}"


def _refused(draft: Draft, asked: RequestContact, wanted: RequestContact, found: Refusal) -> Answer:
    at = found.allowed_at
    when = "not before something changes" if at is None else f"allowed from {clock(at, draft.facts)} on"
    text = f"contact ({in_words(asked)}) is not allowed by {', '.join(found.by)}: {when}"
    return refused(asked, text + _instead(draft, wanted, found.by), found.by, at)


def _instead(draft: Draft, wanted: RequestContact, by: tuple[str, ...]) -> str:
    """Whom to contact instead of a customer who is represented, or what is missing of who says that they represent."""
    ask = wanted.ask(draft.facts.account.account_id, draft.at)
    if found := speakers(ask, record_of(draft), draft.facts.rules.packs):
        return f"; for the customer speaks {' or '.join(map(str, found))}: ask for a contact with them"
    if wanted.party in REPRESENTATIVES and any(rule.endswith(f".{wanted.party}") for rule in by):
        return "; a second person must check their authority first, and the request must say by party_id who they are"
    return ""


def _against(draft: Draft, permit: KnownPermit, *, closing: bool) -> tuple[str, ...]:
    """What would refuse it now. An old feed alone takes nothing back: what it may tell is not known yet."""
    if closing or draft.is_closed:
        return (_CLOSED,)
    begins_at = permit.given.valid_from
    # One whose time has begun may be that of the very talk in which the promise is made.
    ahead = promised(draft, begins_at) if begins_at > draft.at else ()
    at = max(draft.at, begins_at)
    return (*refusing(draft, asked_again(permit.contact, at), permit.given.permit_id), *ahead)


def _take_back(draft: Draft, permit: KnownPermit, by: tuple[str, ...]) -> None:
    """Nobody holds a permit whose answer is not out yet: then it was never given, and the answer says so."""
    given = [entry for entry in draft.entries if isinstance(entry, GivePermit) and entry.given == permit.given]
    used = _may_have_been_used(draft, permit.given)
    if given:
        draft.entries.remove(given[0])
    else:
        how: Literal["taken_back", "cancelled"] = "taken_back" if used else "cancelled"
        draft.entries.append(ClosePermit(permit_id=permit.given.permit_id, how=how))
    counts = "; unless it is given back it counts as made" if used else ""
    draft.note(f"Permit taken back: {in_words(permit.contact)} ({', '.join(by)}){counts}.")
    _answer_anew(draft, permit.given, by)


def _may_have_been_used(draft: Draft, given: PermitGiven) -> bool:
    """Its time has begun, and its holder knows of it: the contact may have been made and not been reported yet."""
    return given.valid_from <= draft.at and not _promised(draft, given)


def _promised(draft: Draft, given: PermitGiven) -> list[int]:
    """Places of the answers of this step that promise the permit, and that are not out yet."""
    answers = enumerate(draft.answers)
    return [place for place, told in answers if told.permit == given and not draft.was_answered(told.id)]


def _answer_anew(draft: Draft, given: PermitGiven, by: tuple[str, ...]) -> None:
    """An answer of this step that promised the permit becomes a refusal; one of an earlier step stays as it was."""
    text = f"contact is not allowed any more by {', '.join(by)}"
    told = {"accepted": False, "text": text, "permit": None, "refused_by": by}
    for place in _promised(draft, given):
        promised = draft.answers[place]
        draft.answers[place] = draft.kept[promised.id] = promised.model_copy(update=told)
