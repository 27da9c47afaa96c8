"""Caps: how many contacts lay in the period already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.audit.consents import held_any
from domain.audit.events import in_scope, is_of
from domain.audit.scene import Finding, Scene, day_of, finding, fits_place, share_a_debt
from domain.model.contact import Outcome, PastContact
from domain.model.pack import Cap, Effect, Pack, Period, Scope


def full(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Caps that were full before this contact; each debt is counted by itself."""
    for cap in pack.caps:
        if cap.effect is Effect.WARN or not _binds(scene, pack, cap):
            continue
        asked = scene.ask.debts if _by_debt(cap) else ()
        each_debt: list[tuple[str, ...]] = [(debt,) for debt in asked]
        counts = [
            sum(_counts(scene, pack, cap, event, debts, zone) for event in scene.contacts)
            for debts in each_debt or [()]
            for zone in scene.zones_of(pack)
        ]
        if any(count >= cap.max for count in counts):
            yield finding(pack, cap, f"{max(counts)} were made in the period, and {cap.max} are allowed")


def _binds(scene: Scene, pack: Pack, cap: Cap) -> bool:
    ask = scene.ask
    if ask.channel not in cap.channels or ask.party not in cap.parties or not fits_place(cap.place, ask):
        return False
    return not held_any(scene, pack, cap.ignore_while, ask)


def _by_debt(cap: Cap) -> bool:
    return cap.debts_mode == "per_debt" and Scope.DEBT in cap.scope


def _counts(scene: Scene, pack: Pack, cap: Cap, event: PastContact, debts: tuple[str, ...], zone: ZoneInfo) -> bool:
    """Whether the event counts; what is pending and lies ahead counts as well."""
    excluded = event.outcome in cap.outcomes_excluded and event.outcome is not Outcome.PENDING
    if excluded or event.channel not in cap.channels or event.direction not in cap.directions:
        return False
    if cap.actors_added == "each" and event.collector != scene.ask.collector:
        return False
    if _by_debt(cap) and not share_a_debt(debts, event.debts):
        return False
    if not is_of(cap.unit, event) or not in_scope(cap.scope, scene.ask, event):
        return False
    if day_of(event.at, zone) < first_date(cap.period, day_of(scene.ask.at, zone)):
        return False
    return not _was_consented(scene, pack, cap, event)


def _was_consented(scene: Scene, pack: Pack, cap: Cap, event: PastContact) -> bool:
    if event.consented in cap.ignore_while:
        return True
    return held_any(scene, pack, cap.ignore_while, event, made=True)


def first_date(period: Period, today: date) -> date:
    """The first date of the period that today is in, walked back one unit after the other."""
    if period.kind == "calendar_month":
        first = today.replace(day=1)
        for _ in range(period.n - 1):
            first = (first - timedelta(days=1)).replace(day=1)
        return first
    if period.kind == "calendar_week":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(weeks=period.n - 1)
    return today - timedelta(days=period.n - 1)
