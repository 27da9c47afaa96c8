"""Cool-downs: no contact for some calendar days after an event; only the newest event can matter."""

from __future__ import annotations

from dataclasses import dataclass

from domain.compliance.consents import any_in_force
from domain.compliance.judge import Judge, Lift, worst_of
from domain.compliance.scopes import Match
from domain.compliance.situation import Moment, Situation, end_of_days
from domain.model.contact import ContactAsk, Direction, PastContact
from domain.model.pack import Consent, Cooldown


@dataclass(frozen=True, slots=True, eq=False)
class CooldownJudge(Judge):
    """One cool-down of a pack."""

    cooldown: Cooldown
    match: Match
    lifted_by: tuple[Consent, ...]

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        outcome, ask = self.cooldown.after.event, situation.ask
        began = (c for c in situation.contacts if c.outcome is outcome and c.at <= moment.at and self._begins(c, ask))
        event = next(began, None)
        if event is None:
            return None
        zones, days, first = self.zones(situation), self.cooldown.days, self.cooldown.first_day
        ends = (end_of_days(event.at, days, zone, first) for zone in zones)
        lift = worst_of(end for end in ends if moment.at < end)
        if lift is None or any_in_force(self.lifted_by, situation, moment.at, zones):
            return None
        return lift

    def _begins(self, contact: PastContact, ask: ContactAsk) -> bool:
        after = self.cooldown.after
        return (
            contact.direction in after.directions
            and contact.channel in after.channels
            and (not self.match.each or contact.collector == ask.collector or contact.direction is Direction.IN)
            and self.match.fits(contact, ask)
            and self.match.fits_debts(contact, ask.debts)
        )
