"""The events of a worked example, as contacts and facts on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.model.contact import (
    COLLECTOR_OF_THE_BANK,
    Actor,
    ContactAsk,
    Direction,
    FactKind,
    Outcome,
    Party,
    PastContact,
    PastFact,
    Place,
    Record,
)
from domain.model.pack import Pack
from domain.model.strategy import Channel
from policies.example_fields import Fields
from policies.pack_checks import consents_that_grant

EVENT_KEYS = (
    *("at", "kind", "outcome", "channel", "direction", "actor", "collector", "party", "party_id", "number", "address"),
    *("debts", "place", "consented", "hold", "consent", "notice", "name", "days", "until", "open", "close"),
    *("opens", "closes"),
)
_INBOUND = "inbound_"
_PENDING = ("permit", "pending")
_NAMED = {
    "hold": (FactKind.HOLD, "hold"),
    "release": (FactKind.RELEASE, "hold"),
    "consent": (FactKind.CONSENT, "consent"),
    "revocation": (FactKind.REVOCATION, "consent"),
    "notice": (FactKind.NOTICE_GIVEN, "notice"),
    "notice_given": (FactKind.NOTICE_GIVEN, "notice"),
    "event": (FactKind.EVENT, "name"),
    "zone": (FactKind.ZONE, "name"),
}
"""Kinds of which a field tells the name."""
_PLAIN = (FactKind.LOST_CONTACT, FactKind.OPT_OUT, FactKind.OPT_IN, FactKind.REFUSAL)
_WINDOWS = (FactKind.AGREED_WINDOW, FactKind.PREFERRED_WINDOW, FactKind.INCONVENIENT_WINDOW)
_MESSAGES = (Channel.SMS, Channel.EMAIL, Channel.IM, Channel.LETTER, Channel.FILE)
_USUAL = {Channel.VISIT: Outcome.CONVERSATION} | dict.fromkeys(_MESSAGES, Outcome.DELIVERED)
"""What became of a contact when the example does not say; of a call it must."""


@dataclass(frozen=True)
class Setting:
    """In which an event is read: the packs, the zones, and the question, whose collector made what has no other."""

    stack: Sequence[Pack]
    zones: tuple[str, ...]
    ask: ContactAsk

    def record(self, found: Iterable[PastContact | PastFact]) -> Record:
        events = sorted(found, key=lambda event: event.at)
        return Record(
            zones=self.zones,
            contacts=tuple(event for event in events if isinstance(event, PastContact)),
            facts=tuple(event for event in events if isinstance(event, PastFact)),
        )

    def kinds(self) -> tuple[str, ...]:
        """Every kind of event that these packs know."""
        channels = [str(channel) for channel in Channel]
        windows, plain = [str(kind) for kind in _WINDOWS], [str(kind) for kind in _PLAIN]
        own = [
            *_NAMED,
            *plain,
            *windows,
            *_PENDING,
            "consent_calls",
            *sorted(self.closing),
            *self.opening,
            *self.notices,
        ]
        return tuple(dict.fromkeys([*channels, *(_INBOUND + channel for channel in channels), *own]))

    @property
    def closing(self) -> frozenset[str]:
        return frozenset(event for pack in self.stack for hold in pack.holds for event in hold.closed_by)

    @property
    def notices(self) -> tuple[str, ...]:
        return tuple(notice.id for pack in self.stack for notice in pack.notices)

    @property
    def opening(self) -> dict[str, str]:
        """Holds by the event that opens them; a hold's own name opens it too."""
        holds = [hold for pack in self.stack for hold in pack.holds]
        return {hold.opened_by: hold.id for hold in holds} | {hold.id: hold.id for hold in holds}


def event_of(fields: Fields, setting: Setting) -> PastContact | PastFact:
    """The contact or fact that an event of the file is."""
    kind = fields.choice("kind", setting.kinds(), str(Channel.CALL))
    if kind in _PENDING:
        return _contact(
            fields, setting, fields.member("channel", Channel, Channel.CALL), Direction.OUT, Outcome.PENDING
        )
    if kind.removeprefix(_INBOUND) in {str(channel) for channel in Channel}:
        channel = Channel(kind.removeprefix(_INBOUND))
        inbound = kind.startswith(_INBOUND)
        direction = Direction.IN if inbound else fields.member("direction", Direction, Direction.OUT)
        return _contact(fields, setting, channel, direction, None)
    return _fact(fields, setting, kind)


def _contact(
    fields: Fields, setting: Setting, channel: Channel, direction: Direction, outcome: Outcome | None
) -> PastContact:
    usual = _USUAL.get(channel)
    actor = fields.member("actor", Actor, setting.ask.actor)
    return PastContact(
        at=fields.instant("at", setting.zones),
        channel=channel,
        outcome=outcome or fields.member("outcome", Outcome, usual),
        direction=direction,
        actor=actor,
        collector=_collector(fields, setting, actor),
        party=fields.member("party", Party, Party.DEBTOR),
        party_id=fields.text("party_id", "") or None,
        address=_address(fields),
        debts=fields.words("debts"),
        place=fields.member("place", Place, Place.HOME),
        consented=fields.text("consented", "") or None,
    )


def _fact(fields: Fields, setting: Setting, kind: str) -> PastFact:
    fact, name = _named(fields, setting, kind)
    has_hours = fact in _WINDOWS
    return PastFact(
        at=fields.instant("at", setting.zones),
        kind=fact,
        name=name,
        channel=fields.member("channel", Channel) if fields.data.get("channel") is not None else None,
        address=_address(fields),
        debts=fields.words("debts"),
        party=fields.member("party", Party, Party.DEBTOR),
        party_id=fields.text("party_id", "") or None,
        collector=_collector(fields, setting, setting.ask.actor),
        opens=fields.minutes("open", "opens") if has_hours else None,
        closes=fields.minutes("close", "closes") if has_hours else None,
        days=fields.count("days"),
        until=fields.instant("until", setting.zones) if fields.data.get("until") is not None else None,
    )


def _named(fields: Fields, setting: Setting, kind: str) -> tuple[FactKind, str]:
    if kind == "consent_calls":
        return FactKind.CONSENT, _consent(fields, setting)
    if kind in _NAMED:
        fact, key = _NAMED[kind]
        if key == "consent" and not {"consent", "name"} & set(fields.data):
            return fact, _consent(fields, setting)
        return fact, fields.text(key if key in fields.data or "name" not in fields.data else "name")
    if kind in setting.closing:
        return FactKind.EVENT, kind
    if kind in setting.opening:
        return FactKind.HOLD, setting.opening[kind]
    if kind in setting.notices:
        return FactKind.NOTICE_GIVEN, kind
    return FactKind(kind), ""


def _consent(fields: Fields, setting: Setting) -> str:
    """The consent to more calls, where the example names none."""
    granting = consents_that_grant(setting.stack, "extra_calls")
    if not granting:
        fields.fault("kind", "no pack of this example has a consent that grants extra calls")
    return granting[0].id if granting else ""


def _collector(fields: Fields, setting: Setting, actor: Actor) -> str:
    usual = COLLECTOR_OF_THE_BANK if actor is Actor.CREDITOR else str(actor)
    return fields.text("collector", "") or (setting.ask.collector if actor is setting.ask.actor else usual)


def _address(fields: Fields) -> str | None:
    return fields.text("number", "") or fields.text("address", "") or None
