"""Windows: whether the wall clock of the customer allowed the contact."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import holidays

from domain.audit.scene import Finding, Scene, agreed_for, day_of, finding, fits_place, lasts, same_person
from domain.model.contact import FactKind, PastFact
from domain.model.pack import MINUTES_OF_DAY, Effect, Pack, Window
from domain.model.strategy import Channel


def closed(scene: Scene, pack: Pack) -> Iterator[Finding]:
    """Windows in none of whose pieces the contact lay, in one zone at least."""
    for name in dict.fromkeys(window.id for window in pack.windows):
        pieces = [window for window in pack.windows if window.id == name and _fits(window, scene)]
        if all(piece.effect is Effect.WARN for piece in pieces):
            continue
        for zone in scene.zones_of(pack):
            if not any(_is_open(scene, pack, piece, zone) for piece in pieces):
                local = scene.ask.at.astimezone(zone)
                yield finding(pack, pieces[0], f"{local:%Y-%m-%d %H:%M} {zone.key} is outside of the hours of contact")


def _fits(window: Window, scene: Scene) -> bool:
    ask = scene.ask
    return ask.channel in window.channels and ask.party in window.parties and fits_place(window.place, ask)


def _is_open(scene: Scene, pack: Pack, piece: Window, zone: ZoneInfo) -> bool:
    local = scene.ask.at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    margin = pack.clock.stop_dialling_before_close if scene.ask.channel is Channel.CALL else 0
    if piece.on_holiday == "closed" and _is_holiday(scene, pack, zone):
        return False
    if piece.narrow_by == "debtor_request" and not _is_wished(scene, zone, minute):
        return False
    if local.isoweekday() in piece.weekdays and piece.open <= minute < piece.close - margin:
        return True
    return any(_inside(fact, minute, margin) for fact in _agreed(scene, piece, zone))


def _agreed(scene: Scene, piece: Window, zone: ZoneInfo) -> Iterator[PastFact]:
    """Hours that this very person agreed to; where the law says "given directly", with this very collector.

    Who left open from when, or until when, agreed to no hours.
    """
    for fact in _requests(scene, FactKind.AGREED_WINDOW, zone):
        directly = fact.collector == scene.ask.collector
        opens = piece.widen_by == "debtor_consent" or (piece.widen_by == "debtor_consent_given_directly" and directly)
        if opens and agreed_for(fact, scene.ask) and None not in (fact.opens, fact.closes):
            yield fact


def _is_wished(scene: Scene, zone: ZoneInfo, minute: int) -> bool:
    preferred = _requests(scene, FactKind.PREFERRED_WINDOW, zone)
    inconvenient = _requests(scene, FactKind.INCONVENIENT_WINDOW, zone)
    inside = all(_inside(fact, minute) for fact in preferred)
    return inside and not any(_inside(fact, minute) for fact in inconvenient)


def _requests(scene: Scene, kind: FactKind, zone: ZoneInfo) -> tuple[PastFact, ...]:
    """What the customer said of hours, of this channel and party, in force at the instant."""
    at = scene.ask.at
    return tuple(
        fact
        for fact in scene.facts_of(kind)
        if fact.channel in (None, scene.ask.channel)
        and same_person(scene.ask, fact)
        and (fact.until is None or at < fact.until)
        and lasts(fact.at, fact.days, at, zone)
    )


def _inside(fact: PastFact, minute: int, margin: int = 0) -> bool:
    """Whether the minute lies in the hours, less a margin before their close; they may cross midnight."""
    opens = 0 if fact.opens is None else fact.opens
    closes = MINUTES_OF_DAY if fact.closes is None else fact.closes
    length = (closes - opens) % MINUTES_OF_DAY or MINUTES_OF_DAY
    return (minute - opens) % MINUTES_OF_DAY < length - margin


def _is_holiday(scene: Scene, pack: Pack, zone: ZoneInfo) -> bool:
    if pack.holidays is None:
        return False
    day = day_of(scene.ask.at, zone)
    if day in pack.holidays.extra:
        return True
    if day in pack.holidays.exclude:
        return False
    country, _, region = pack.holidays.calendar.partition("-")
    nationwide = day in holidays.country_holidays(country, years=day.year)
    if nationwide:
        return "national" in pack.holidays.kinds
    if not region or "regional" not in pack.holidays.kinds:
        return False
    return day in holidays.country_holidays(country, subdiv=region, years=day.year)
