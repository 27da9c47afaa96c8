"""Representing: what a checked authority puts on record about the customer, for how long, and what refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from domain.calendar import local_instant
from domain.compliance.situation import share_debt
from domain.model.contact import FactKind, PastFact
from domain.model.names import RuleId
from domain.model.pack import Pack
from domain.model.representative import (
    AUTHORITY,
    PROPOSING,
    KnownRepresentative,
    MayDo,
    Representative,
    RepresentativeState,
)

_ON_RECORD_AS: dict[MayDo, RuleId] = {MayDo.CONTACT: AUTHORITY, MayDo.PROPOSALS: PROPOSING}
"""What a step of the gate or of a case asks for; who may only pay is known to people alone."""


def counts_until(representative: Representative, zone: str) -> datetime | None:
    """The local midnight from which it counts no more; None: no day ends it."""
    return None if representative.until_on is None else _midnight(representative.until_on, zone)


def facts_of(representative: Representative, checked_at: datetime, zone: str) -> dict[str, PastFact]:
    """What is on record about the customer once it is checked, by a name for each; ``zone`` is that of the days.

    Nothing of it counts before the check or before the first day. While somebody else is to be asked instead of the
    customer, the rule packs' hold lies on the customer as well.
    """
    at, until = max(checked_at, _midnight(representative.from_on, zone)), counts_until(representative, zone)
    party, debts = representative.kind.party, representative.accounts
    found = {
        name: PastFact(
            at, FactKind.CONSENT, name=name, debts=debts, party=party, party_id=representative.party_id, until=until
        )
        for what, name in _ON_RECORD_AS.items()
        if what in representative.may_do
    }
    if (hold := _hold_of(representative)) is not None:
        found[hold] = PastFact(at, FactKind.HOLD, name=hold, debts=debts, until=until)
    return found


def counts(known: KnownRepresentative, at: datetime, zone: str) -> bool:
    """Whether it is checked, not ended, and the instant lies within its days."""
    until = counts_until(known.representative, zone)
    begun = _midnight(known.representative.from_on, zone) <= at and (until is None or at < until)
    return begun and known.state is RepresentativeState.CHECKED


def fault_of_entry(representative: Representative, own_accounts: tuple[str, ...], today: date) -> str | None:
    """Why it cannot be entered today, in one sentence; None: it can. ``own_accounts``: those on which they owe."""
    foreign = next((account for account in representative.accounts if account not in own_accounts), None)
    if foreign is not None:
        return f"{foreign} is no account of this person: name one on which they owe"
    if representative.until_on is not None and representative.until_on <= today:
        return f"it ended on {representative.until_on}: enter an authority that still holds"
    return None


def fault_of_check(known: KnownRepresentative, at: datetime, zone: str) -> str | None:
    """Why nobody can check it any more, in one sentence; None: somebody can."""
    name = known.representative.representative_id
    if known.state is RepresentativeState.ENDED:
        return f"{name} was ended by {known.ended_by}: enter the authority anew under another id"
    until = counts_until(known.representative, zone)
    if until is not None and until <= at:
        return f"{name} ended on {known.representative.until_on}: there is nothing left to check"
    return None


def fault_of_reopening(
    told: PastFact, known: Iterable[KnownRepresentative], packs: Iterable[Pack], zone: str
) -> str | None:
    """Why this release or event is not told: it would open the customer whom an authority closes; None: it may be."""
    holds = _freed_by(told, packs)
    for each in known:
        said = each.representative
        if _hold_of(said) in holds and counts(each, told.at, zone) and share_debt(told.debts, said.accounts):
            name = said.representative_id
            return f"the authority {name} closes this: `duecourse person representative end {name}` ends it"
    return None


def _freed_by(told: PastFact, packs: Iterable[Pack]) -> set[RuleId]:
    if told.kind is FactKind.RELEASE:
        return {told.name}
    if told.kind is FactKind.EVENT:
        return {hold.id for pack in packs for hold in pack.holds if told.name in hold.closed_by}
    return set()


def _hold_of(representative: Representative) -> RuleId | None:
    return representative.kind.hold if MayDo.CONTACT in representative.may_do else None


def _midnight(day: date, zone: str) -> datetime:
    return local_instant(day, time(), zone)
