"""Caps: only the newest events up to the most that is allowed can matter, so nothing else is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import local_day
from domain.compliance.consents import any_in_force
from domain.compliance.judge import Judge, Lift, worst_of
from domain.compliance.periods import first_at, left_at
from domain.compliance.scopes import Match
from domain.compliance.situation import Moment, Situation
from domain.model.contact import Direction, FactKind, NextKind, Outcome, PastContact
from domain.model.pack import Cap, Consent
from domain.model.strategy import Channel


@dataclass(frozen=True, slots=True, eq=False)
class CapJudge(Judge):
    """One cap of a pack."""

    cap: Cap
    match: Match
    outcomes: frozenset[Outcome]
    channels: frozenset[Channel]
    directions: frozenset[Direction]
    lifted_by: tuple[Consent, ...]

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        zones = self.zones(situation)
        if self.lifted_by and any_in_force(self.lifted_by, situation, moment.at, zones):
            return None
        if self.cap.max == 0:
            return NextKind.NEVER
        firsts = {zone: first_at(self.cap.period, moment.walls[zone].date(), zone) for zone in zones}
        return worst_of(
            left_at(self.cap.period, local_day(event.at, zone), zone)
            for debts in self._debts(situation)
            if (event := self._filling(situation, min(firsts.values(), default=situation.at), debts)) is not None
            for zone in zones
            if event.at >= firsts[zone]
        )

    def _debts(self, situation: Situation) -> Sequence[tuple[str, ...]]:
        """Every debt is judged by itself."""
        debts = situation.ask.debts
        return [(debt,) for debt in debts] if self.match.debt and debts else ((),)

    def _filling(self, situation: Situation, first: datetime, debts: tuple[str, ...]) -> PastContact | None:
        """The event that fills the cap, newest first and open permits of later days too; None: room is left.

        It counts in a zone where it is not older than the period: newer ones alone do not fill the cap.
        """
        left, outcomes, channels = self.cap.max, self.outcomes, self.channels
        for contact in situation.contacts:
            if contact.at < first:
                return None
            if contact.outcome not in outcomes or contact.channel not in channels:
                continue
            if self._counts(contact, situation, debts):
                left -= 1
                if left == 0:
                    return contact
        return None

    def _counts(self, contact: PastContact, situation: Situation, debts: tuple[str, ...]) -> bool:
        return (
            contact.direction in self.directions
            and self.cap.place in (None, contact.place)
            and (not self.match.each or contact.collector == situation.ask.collector)
            and self.match.fits(contact, situation.ask)
            and self.match.fits_debts(contact, debts)
            and not (self.lifted_by and self._was_consented(contact, situation))
        )

    def _was_consented(self, contact: PastContact, situation: Situation) -> bool:
        """What was called for by the customer does not count."""
        if contact.consented is not None and contact.consented in self.cap.ignore_while:
            return True
        if FactKind.CONSENT not in situation.facts:
            return False
        return any_in_force(self.lifted_by, situation, contact.at, self.zones(situation), contact)
