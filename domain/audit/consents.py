"""Consents: whether one held, and channels that are closed without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.audit.scene import Finding, Scene, agreed_for, finding, lasts, least, same_person, share_a_debt
from domain.model.contact import ContactAsk, FactKind, Outcome, PastContact, PastFact
from domain.model.pack import Consent, Pack


def missing(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Channels that this contact used without the consent that opens them."""
    for consent in pack.consents:
        if consent.grants != "channel" or scene.ask.channel not in consent.channels:
            continue
        if not held(scene, pack, consent, scene.ask, scene.contacts):
            yield finding(pack, consent, "the customer had not consented to this channel")


def held_any(
    scene: Scene,
    pack: Pack,
    ids: tuple[str, ...],
    about: ContactAsk | PastContact,
    before: Sequence[PastContact],
) -> bool:
    """Whether one of these consents of the pack held for what was asked or made, with these contacts ``before`` it."""
    return any(held(scene, pack, consent, about, before) for consent in pack.consents if consent.id in ids)


def held(
    scene: Scene, pack: Pack, consent: Consent, about: ContactAsk | PastContact, before: Sequence[PastContact]
) -> bool:
    """Whether the consent held then, in every zone, and had not been used up ``before``."""
    return any(
        _given_for(fact, consent, about)
        and _runs(scene, pack, consent, fact, about.at)
        and not _revoked(scene, consent, fact, about.at)
        and not any(_uses_up(contact, consent, fact) for contact in before)
        for fact in scene.facts_of(FactKind.CONSENT, consent.id)
    )


def _given_for(fact: PastFact, consent: Consent, about: ContactAsk | PastContact) -> bool:
    """By this person, to this collector where that matters, for this channel, and for every debt that it is about."""
    given_here = consent.must_be_given_to == "any" or fact.collector == about.collector
    about_debts = not fact.debts or (bool(about.debts) and all(debt in fact.debts for debt in about.debts))
    return agreed_for(fact, about) and given_here and fact.channel in (None, about.channel) and about_debts


def _runs(scene: Scene, pack: Pack, consent: Consent, fact: PastFact, at: datetime) -> bool:
    if fact.at > at or (fact.until is not None and at >= fact.until):
        return False
    days = least(fact.days, consent.max_days)
    return all(lasts(fact.at, days, at, zone, consent.first_day) for zone in scene.zones_of(pack))


def _revoked(scene: Scene, consent: Consent, fact: PastFact, at: datetime) -> bool:
    return any(end.at <= at for end in scene.facts_after(fact, FactKind.REVOCATION, consent.id))


def _uses_up(contact: PastContact, consent: Consent, fact: PastFact) -> bool:
    """Whether it was the conversation that the consent was given for: with who gave it, by whom it was given to."""
    if "conversation" not in consent.ends_on or contact.outcome is not Outcome.CONVERSATION or contact.at <= fact.at:
        return False
    by_the_collector = consent.must_be_given_to == "any" or contact.collector == fact.collector
    return by_the_collector and same_person(fact, contact) and share_a_debt(fact.debts, contact.debts)
