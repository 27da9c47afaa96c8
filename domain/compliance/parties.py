"""Parties: who may be reached at all, under which condition, and how often in all."""

from __future__ import annotations

from dataclasses import dataclass

from domain.compliance.consents import in_force
from domain.compliance.judge import Judge, Lift, worst_of
from domain.compliance.predicates import true_from
from domain.compliance.situation import Moment, Situation, same_person
from domain.compliance.units import counts
from domain.model.contact import Direction, FactKind, NextKind
from domain.model.pack import CapUnit, Consent, PackHold, PartyRule, Predicate


@dataclass(frozen=True, slots=True, eq=False)
class PartyJudge(Judge):
    """What one pack says of one party."""

    rule: PartyRule
    predicate: Predicate | None
    consent: Consent | None
    holds: tuple[PackHold, ...]
    """Those that are signs of the predicate."""

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        if self.rule.reach == "never" or self.rule.content == "none" or self._has_refused(situation):
            return NextKind.NEVER
        return worst_of((self._often(situation), self._condition(situation, moment)))

    def _has_refused(self, situation: Situation) -> bool:
        return self.rule.stop_on_refusal and any(
            same_person(fact, situation.ask) for fact in situation.of(FactKind.REFUSAL)
        )

    def _often(self, situation: Situation) -> Lift | None:
        most = self.rule.max_contacts
        if most is None:
            return None
        made = sum(
            c.direction is Direction.OUT and counts(CapUnit.CONNECTED, c) and same_person(c, situation.ask)
            for c in situation.contacts
        )
        if made < most:
            return None
        return NextKind.EVENT if most else NextKind.NEVER

    def _condition(self, situation: Situation, moment: Moment) -> Lift | None:
        if self.rule.reach == "free":
            return None
        zones = self.zones(situation)
        if self.consent is not None and in_force(self.consent, situation, moment.at, zones):
            return None
        if self.predicate is None:
            return NextKind.EVENT
        begins = true_from(self.predicate, self.holds, situation, moment, zones)
        if begins is None:
            return NextKind.EVENT
        return begins if begins > moment.at else None


@dataclass(frozen=True, slots=True, eq=False)
class NoPartyJudge(Judge):
    """A party that no pack names is not reached."""

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:  # noqa: ARG002 - every judge is asked so
        return NextKind.NEVER
