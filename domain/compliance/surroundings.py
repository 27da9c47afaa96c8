"""What must be known before any rule can be kept: where the person is, and that the rules still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.compliance.judge import Judge, Lift
from domain.compliance.situation import Moment, Situation
from domain.model.contact import NextKind


@dataclass(frozen=True, slots=True, eq=False)
class ZoneJudge(Judge):
    """Without a zone no local time can be kept."""

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:  # noqa: ARG002 - every judge is asked so
        return None if situation.zones else NextKind.EVENT


@dataclass(frozen=True, slots=True, eq=False)
class ExpiredJudge(Judge):
    """A pack that has ended allows nothing, under whatever stands on it."""

    valid_to: date

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        over = any(moment.walls[zone].date() > self.valid_to for zone in self.zones(situation))
        return NextKind.EVENT if over else None
