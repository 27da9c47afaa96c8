"""The events of a worked example, as contacts and facts on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
from domain.model.pack import MINUTES_OF_DAY
from domain.model.strategy import Channel
from policies.example_fields import UNREAD, Fields, Wall, unknown
from policies.example_names import Names
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
    """In which an event is read: the names of the packs, the zones, and the question, whose collector made what has no
    other."""

    names: Names
    wall: Wall
    ask: ContactAsk

    def record(self, found: Iterable[PastContact | PastFact]) -> Record:
        events = sorted(found, key=lambda event: event.at)
        facts = tuple(event for event in events if isinstance(event, PastFact))
        # What the customer declared is one more place where they may be: the example's own zones stay possible.
        declared = [fact.name for fact in facts if fact.kind is FactKind.ZONE and fact.at <= self.ask.at]
        return Record(
            zones=tuple(dict.fromkeys([*self.wall.zones, *declared])),
            contacts=tuple(event for event in events if isinstance(event, PastContact)),
            facts=facts,
        )

    def kinds(self) -> tuple[str, ...]:
        """Every kind of event that these packs know."""
        channels = [str(channel) for channel in Channel]
        own = [*_NAMED, *map(str, _PLAIN), *map(str, _WINDOWS), *_PENDING, "consent_calls"]
        of_packs = [*sorted(self.names.closing), *self.names.opening, *self.names.notices]
        return tuple(dict.fromkeys([*channels, *(_INBOUND + channel for channel in channels), *own, *of_packs]))


def event_of(fields: Fields, setting: Setting) -> PastContact | PastFact | None:
    """The contact or fact that an event of the file is; None for one of no known kind, whose fields say nothing."""
    kind = fields.choice("kind", setting.kinds())
    if kind is None:
        return None
    if kind in _PENDING:
        channel = fields.member("channel", Channel, Channel.CALL)
        return _contact(fields, setting, channel, Direction.OUT, Outcome.PENDING)
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
    actor, collector = _who(fields, setting)
    return PastContact(
        at=fields.instant("at", setting.wall),
        channel=channel,
        outcome=outcome or fields.member("outcome", Outcome, usual),
        direction=direction,
        actor=actor,
        collector=collector,
        party=fields.member("party", Party, Party.DEBTOR),
        party_id=fields.text("party_id", "") or None,
        address=address_of(fields),
        debts=fields.words("debts"),
        place=fields.member("place", Place, Place.HOME),
        consented=_consented(fields, setting),
    )


def _fact(fields: Fields, setting: Setting, kind: str) -> PastFact:
    fact, name = _named(fields, setting, kind)
    at = fields.instant("at", setting.wall)
    opens, closes = _hours(fields) if fact in _WINDOWS else (None, None)
    return PastFact(
        at=at,
        kind=fact,
        name=name,
        channel=fields.member("channel", Channel) if fields.data.get("channel") is not None else None,
        address=address_of(fields),
        debts=fields.words("debts"),
        party=_party(fields, setting, fact),
        party_id=fields.text("party_id", "") or None,
        collector=_who(fields, setting)[1],
        opens=opens,
        closes=closes,
        days=fields.count("days"),
        until=_until(fields, setting, at),
    )


def _named(fields: Fields, setting: Setting, kind: str) -> tuple[FactKind, str]:
    names = setting.names
    if kind == "event":
        return _happened(fields.named("name", names.events, "event"), names)
    if kind == "consent_calls":
        return FactKind.CONSENT, _to_calls(fields, setting)
    if kind in _NAMED:
        return _NAMED[kind][0], _name(fields, setting, *_NAMED[kind])
    if kind in names.closing or kind in names.opening:
        return _happened(kind, names)
    if kind in names.notices:
        return FactKind.NOTICE_GIVEN, kind
    return FactKind(kind), ""


def _happened(event: str, names: Names) -> tuple[FactKind, str]:
    """What opens a hold is that hold; what closes one, or starts a clock, stands for itself."""
    if event in names.opening and event not in names.closing:
        return FactKind.HOLD, names.opening[event]
    return FactKind.EVENT, event


def _name(fields: Fields, setting: Setting, fact: FactKind, key: str) -> str:
    names, key = setting.names, key if key in fields.data or "name" not in fields.data else "name"
    if fact is FactKind.NOTICE_GIVEN:
        return fields.named(key, names.notices, "notice")
    if fact in (FactKind.CONSENT, FactKind.REVOCATION):
        return fields.named(key, names.consents, "consent") if key in fields.data else _to_calls(fields, setting)
    value = fields.text(key)
    if fact is FactKind.ZONE:
        fields.zone(key, value)
    elif value and not names.is_hold(value):
        fields.fault(key, f'{key}: no pack has a hold "{value}": {unknown(value, sorted(names.holds))}')
    return value


def _to_calls(fields: Fields, setting: Setting) -> str:
    """The consent to more calls, where the example names none."""
    granting = consents_that_grant(setting.names.stack, "extra_calls")
    if not granting:
        fields.fault("kind", "no pack of this example has a consent that grants extra calls")
    return granting[0].id if granting else ""


def _consented(fields: Fields, setting: Setting) -> str | None:
    if fields.data.get("consented") is None:
        return None
    return fields.named("consented", setting.names.consents, "consent")


def _party(fields: Fields, setting: Setting, fact: FactKind) -> Party:
    """Who said so; a refusal is that of the party asked about, unless it names another."""
    if fact is not FactKind.REFUSAL:
        return fields.member("party", Party, Party.DEBTOR)
    party = fields.member("party", Party, setting.ask.party)
    if party is Party.DEBTOR:
        fields.fault("kind", "kind: a debtor who refuses is a hold, such as cease_communication, or an opt_out")
    return party


def _hours(fields: Fields) -> tuple[int | None, int | None]:
    opens, closes = fields.minutes("open", "opens"), fields.minutes("close", "closes")
    if opens is None or closes is None or (opens, closes) == (0, MINUTES_OF_DAY):
        return opens, closes
    if opens % MINUTES_OF_DAY == closes % MINUTES_OF_DAY:
        key = "close" if "close" in fields.data else "closes"
        fields.fault(key, f"{key}: the hours are empty: they close when they open")
    return opens, closes


def _until(fields: Fields, setting: Setting, at: datetime) -> datetime | None:
    if fields.data.get("until") is None:
        return None
    until = fields.instant("until", setting.wall)
    if UNREAD < until < at:
        fields.fault("until", 'until: it lies before "at"')
    return until


def _who(fields: Fields, setting: Setting) -> tuple[Actor, str]:
    """Who made the contact, or to whom it was said; and the collector, that of the question for the same actor."""
    actor = fields.member("actor", Actor, setting.ask.actor)
    usual = setting.ask.collector if actor is setting.ask.actor else collector_of(actor)
    return actor, fields.text("collector", "") or usual


def collector_of(actor: Actor) -> str:
    """The collector of an actor that has no name of its own."""
    return COLLECTOR_OF_THE_BANK if actor is Actor.CREDITOR else str(actor)


def address_of(fields: Fields) -> str | None:
    """The id of a number or address."""
    return fields.text("number", "") or fields.text("address", "") or None
