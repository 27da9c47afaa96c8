"""Notices that had to be given before the contact."""

from __future__ import annotations

from collections.abc import Iterator

from domain.audit.scene import Finding, Scene, finding
from domain.model.contact import Actor, ContactAsk, FactKind, Purpose
from domain.model.pack import Pack, PackNotice


def missing(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Notices without which nobody collects, or no agency does, and that were not given."""
    for notice in pack.notices:
        if not _comes_first(notice, scene.ask) or _is_the_notice(notice, scene.ask):
            continue
        if not _was_given(notice, scene):
            yield finding(pack, notice, f"the notice {notice.id} had not been given")


def _comes_first(notice: PackNotice, ask: ContactAsk) -> bool:
    if ask.purpose is not Purpose.COLLECT:
        return False
    if notice.required_before == "agency_contact":
        return ask.actor is not Actor.CREDITOR
    return notice.required_before == "collect_contact"


def _is_the_notice(notice: PackNotice, ask: ContactAsk) -> bool:
    """It may leave before itself, by a channel that delivers it; a text is no durable medium."""
    return ask.notice == notice.id and (not notice.delivery or ask.channel in notice.delivery)


def _was_given(notice: PackNotice, scene: Scene) -> bool:
    """For every debt that the contact was about; what names no debt is about all of them."""
    given = scene.facts_of(FactKind.NOTICE_GIVEN, notice.id)
    if any(not fact.debts for fact in given):
        return True
    told = {debt for fact in given for debt in fact.debts}
    return bool(scene.ask.debts) and all(debt in told for debt in scene.ask.debts)
