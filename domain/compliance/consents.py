"""Consents: whether one is in force, and the channels that are closed without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.compliance.judge import Judge, Lift
from domain.compliance.situation import Moment, Situation, covers, end_of_days, same_person, share_debt
from domain.model.contact import ContactAsk, FactKind, NextKind, Outcome, PastContact, PastFact
from domain.model.pack import Consent


@dataclass(frozen=True, slots=True, eq=False)
class ChannelConsentJudge(Judge):
    """Channels that are closed until the customer consents."""

    consent: Consent

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        if in_force(self.consent, situation, moment.at, self.zones(situation)):
            return None
        return NextKind.EVENT


def in_force(
    consent: Consent, situation: Situation, at: datetime, zones: Sequence[str], made: PastContact | None = None
) -> bool:
    """Whether the consent held at this instant for the question, or for the contact that was ``made`` then."""
    about = made or situation.ask
    return any(
        fact.name == consent.id
        and _is_for(fact, consent, about)
        and _lasts(fact, consent, at, zones)
        and not _is_ended(fact, consent, situation, at, made)
        for fact in situation.of(FactKind.CONSENT)
    )


def any_in_force(
    consents: Sequence[Consent],
    situation: Situation,
    at: datetime,
    zones: Sequence[str],
    made: PastContact | None = None,
) -> bool:
    return FactKind.CONSENT in situation.facts and any(
        in_force(consent, situation, at, zones, made) for consent in consents
    )


def _is_for(fact: PastFact, consent: Consent, about: ContactAsk | PastContact) -> bool:
    """What opens a door opens it to the person who said so, where it names one to nobody who may be another."""
    return (
        fact.party is about.party
        and fact.party_id in (None, about.party_id)
        and fact.channel in (None, about.channel)
        and fact.address in (None, about.address)
        and _was_given_to(fact, consent, about.collector)
        and _is_about(fact, about.debts)
    )


def _was_given_to(fact: PastFact, consent: Consent, collector: str) -> bool:
    return consent.must_be_given_to == "any" or fact.collector == collector


def _is_about(fact: PastFact, debts: Sequence[str]) -> bool:
    """A consent about one debt is none about all of them, which is what a contact without debts is about."""
    return not fact.debts or (bool(debts) and covers(fact, debts))


def _lasts(fact: PastFact, consent: Consent, at: datetime, zones: Sequence[str]) -> bool:
    if fact.at > at or (fact.until is not None and at >= fact.until):
        return False
    limits = [days for days in (fact.days, consent.max_days) if days is not None]
    return not limits or all(at < end_of_days(fact.at, min(limits), zone, consent.first_day) for zone in zones)


def _is_ended(fact: PastFact, consent: Consent, situation: Situation, at: datetime, made: PastContact | None) -> bool:
    """Taken back, or used up by a conversation; the conversation that uses it up was still made under it."""
    revoked = (r for r in situation.of(FactKind.REVOCATION) if r.name == consent.id and r.at <= at)
    if any(situation.was_told_after(r, fact) for r in revoked):
        return True
    return "conversation" in consent.ends_on and any(
        fact.at < c.at <= at and (made is None or situation.was_made_after(made, c))
        for c in situation.contacts
        if c.outcome is Outcome.CONVERSATION and _uses_up(c, fact, consent)
    )


def _uses_up(spoke: PastContact, fact: PastFact, consent: Consent) -> bool:
    """The talk that was consented to: with the one who did, by the one who was allowed, about one of the debts."""
    return (
        same_person(spoke, fact)
        and _was_given_to(fact, consent, spoke.collector)
        and share_debt(spoke.debts, fact.debts)
    )
