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
            sum(_counts(scene, pack, cap, nth, debts, zone) for nth in range(len(scene.contacts)))
            for debts in each_debt or [()]
            for zone in scene.zones_of(pack)
        ]
        if any(count >= cap.max for count in counts):
            yield finding(pack, cap, f"{max(counts)} were made in the period, and {cap.max} are allowed")


def _binds(scene: Scene, pack: Pack, cap: Cap) -> bool:
    ask = scene.ask
    if ask.channel not in cap.channels or ask.party not in cap.parties or not fits_place(cap.place, ask):
        return False
    return not held_any(scene, pack, cap.ignore_while, ask, scene.contacts)


def _by_debt(cap: Cap) -> bool:
    return cap.debts_mode == "per_debt" and Scope.DEBT in cap.scope


def _counts(scene: Scene, pack: Pack, cap: Cap, nth: int, debts: tuple[str, ...], zone: ZoneInfo) -> bool:
    """Whether the nth contact on record counts; what is pending and lies ahead counts as well."""
    event = scene.contacts[nth]
    if not _is_of_its_kind(cap, event) or not is_of(cap.unit, event) or not in_scope(cap.scope, scene.ask, event):
        return False
    if cap.actors_added == "each" and event.collector != scene.ask.collector:
        return False
    if _by_debt(cap) and not share_a_debt(debts, event.debts):
        return False
    if day_of(event.at, zone) < first_date(cap.period, day_of(scene.ask.at, zone)):
        return False
    return not _was_consented(scene, pack, cap, nth)


def _is_of_its_kind(cap: Cap, event: PastContact) -> bool:
    """By outcome, channel, direction and place; a cap of one place counts what was made there and nothing else."""
    if event.outcome in cap.outcomes_excluded and event.outcome is not Outcome.PENDING:
        return False
    elsewhere = cap.place is not None and event.place is not cap.place
    return event.channel in cap.channels and event.direction in cap.directions and not elsewhere


def _was_consented(scene: Scene, pack: Pack, cap: Cap, nth: int) -> bool:
    event, before = scene.contacts[nth], scene.contacts[:nth]
    return event.consented in cap.ignore_while or held_any(scene, pack, cap.ignore_while, event, before)


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
