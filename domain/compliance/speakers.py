"""Speakers: who speaks for the customer, and who is contacted instead of them because the packs turn to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from domain.compliance.consents import in_force
from domain.compliance.holds import closes, open_holds
from domain.compliance.situation import Situation, share_debt, situation_of
from domain.model.contact import ContactAsk, FactKind, Party, PastFact, Purpose, Record
from domain.model.pack import Consent, Pack
from domain.model.representative import AUTHORITY
from domain.model.strategy import Channel


class Reachable(Protocol):
    """A contact point, as far as it tells whose it is."""

    @property
    def channel(self) -> Channel: ...

    @property
    def party(self) -> Party: ...

    @property
    def party_id(self) -> str | None: ...


Point = TypeVar("Point", bound=Reachable)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The customer, or one who may speak for them."""

    party: Party = Party.DEBTOR
    party_id: str | None = None

    def __str__(self) -> str:
        return f"{self.party} {self.party_id or ''}".strip()

    def is_reached_at(self, point: Reachable) -> bool:
        """Whether the point is theirs; one that does not tell which attorney it is of is nobody's."""
        same = self.party is Party.DEBTOR or self.party_id == point.party_id
        return point.party is self.party and same

    def point_on(self, channel: Channel, points: Iterable[Point]) -> Point | None:
        """The first of the points by which they are reached on this channel."""
        return next((point for point in points if point.channel is channel and self.is_reached_at(point)), None)


CUSTOMER = Speaker()


def addressee(ask: ContactAsk, record: Record, packs: Sequence[Pack], points: Sequence[Reachable]) -> Speaker:
    """Whom a message to the customer is for: the customer, or who is contacted instead.

    Of several that one who can be reached on its channel, the one told of last first. A notice that the law requires
    is for the customer whatever closes: no text for somebody else gives it, so what closes it is work for people.
    """
    if ask.purpose is Purpose.LEGAL_NOTICE:
        return CUSTOMER
    found = speakers(ask, record, packs) or (CUSTOMER,)
    reached = (speaker for speaker in found if speaker.point_on(ask.channel, points) is not None)
    return next(reached, found[0])


def speakers(ask: ContactAsk, record: Record, packs: Sequence[Pack]) -> tuple[Speaker, ...]:
    """Who is contacted about these debts instead of the customer at this instant, the one told of last first.

    Whom a hold turns to that closes this very contact with the customer, and whose authority is checked and in force.
    None: nobody; then the customer is asked, or nobody is.
    """
    if ask.party is not Party.DEBTOR or not any(map(_is_authority, record.facts)):
        return ()
    situation, binding = situation_of(ask, record), _binding(ask, packs)
    to = {party for pack in binding for party in _turns_to(pack, situation)}
    rules = _authorities(binding)
    told = [fact for fact in situation.of(FactKind.CONSENT) if _is_authority(fact) and fact.party in to]
    found = (Speaker(fact.party, fact.party_id) for fact in reversed(told))
    return tuple(dict.fromkeys(speaker for speaker in found if _may_speak(speaker, rules, situation)))


def _is_authority(fact: PastFact) -> bool:
    return fact.kind is FactKind.CONSENT and fact.name == AUTHORITY


def _binding(ask: ContactAsk, packs: Sequence[Pack]) -> list[Pack]:
    return [pack for pack in packs if ask.actor in pack.applies_to.actors]


def _authorities(binding: Sequence[Pack]) -> list[tuple[Pack, Consent]]:
    return [(pack, consent) for pack in binding for consent in pack.consents if consent.id == AUTHORITY]


def _turns_to(pack: Pack, situation: Situation) -> Iterator[Party]:
    ask, zones = situation.ask, _zones(pack, situation)
    for hold in pack.holds:
        fits = ask.channel in hold.channels and hold.place in (None, ask.place) and Party.DEBTOR in hold.parties
        if not (hold.turns_to and fits and closes(hold, ask.purpose)):
            continue
        lying = [each for each in open_holds(hold, situation, situation.at, zones) if each.fact.party is Party.DEBTOR]
        if any(hold.scope == "person" or share_debt(each.debts, ask.debts) for each in lying):
            yield from hold.turns_to


def _may_speak(speaker: Speaker, rules: Sequence[tuple[Pack, Consent]], situation: Situation) -> bool:
    """As the gate will ask it of this party: under every pack that knows authorities."""
    of_them = replace(situation, ask=replace(situation.ask, party=speaker.party, party_id=speaker.party_id))
    return bool(rules) and all(
        in_force(consent, of_them, situation.at, _zones(pack, situation)) for pack, consent in rules
    )


def _zones(pack: Pack, situation: Situation) -> tuple[str, ...]:
    return situation.zones[:1] if pack.clock.multi_zone == "first" else situation.zones
