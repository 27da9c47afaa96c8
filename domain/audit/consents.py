"""Consents: whether one held, and channels that are closed without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.audit.scene import Finding, Scene, finding, lasts, least
from domain.model.contact import ContactAsk, FactKind, Outcome, PastContact, PastFact
from domain.model.pack import Consent, Pack


def missing(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Channels that this contact used without the consent that opens them."""
    for consent in pack.consents:
        if consent.grants != "channel" or scene.ask.channel not in consent.channels:
            continue
        if not held(scene, pack, consent, scene.ask):
            yield finding(pack, consent, "the customer had not consented to this channel")


def held_any(
    scene: Scene, pack: Pack, ids: tuple[str, ...], about: ContactAsk | PastContact, *, made: bool = False
) -> bool:
    """Whether one of these consents of the pack held at the instant of the question, or of the contact ``made``."""
    return any(held(scene, pack, consent, about, made=made) for consent in pack.consents if consent.id in ids)


def held(scene: Scene, pack: Pack, consent: Consent, about: ContactAsk | PastContact, *, made: bool = False) -> bool:
    """Whether the consent held then, in every zone; a contact that was ``made`` did not end it by itself."""
    return any(
        _given_for(fact, consent, about)
        and _runs(scene, pack, consent, fact, about.at)
        and not _ended(scene, consent, fact, about, made=made)
        for fact in scene.facts_of(FactKind.CONSENT, consent.id)
    )


def _given_for(fact: PastFact, consent: Consent, about: ContactAsk | PastContact) -> bool:
    """To this collector where that matters, for this channel, and for every debt that it is about."""
    given_here = consent.must_be_given_to == "any" or fact.collector == about.collector
    about_debts = not fact.debts or (bool(about.debts) and all(debt in fact.debts for debt in about.debts))
    return given_here and fact.channel in (None, about.channel) and about_debts


def _runs(scene: Scene, pack: Pack, consent: Consent, fact: PastFact, at: datetime) -> bool:
    if fact.at > at or (fact.until is not None and at >= fact.until):
        return False
    days = least(fact.days, consent.max_days)
    return all(lasts(fact.at, days, at, zone, consent.first_day) for zone in scene.zones_of(pack))


def _ended(scene: Scene, consent: Consent, fact: PastFact, about: ContactAsk | PastContact, *, made: bool) -> bool:
    revoked = any(fact.at < end.at <= about.at for end in scene.facts_of(FactKind.REVOCATION, consent.id))
    spoken = any(
        fact.at < contact.at <= about.at
        for contact in scene.contacts
        if contact.outcome is Outcome.CONVERSATION and not (made and contact is about)
    )
    return revoked or ("conversation" in consent.ends_on and spoken)
