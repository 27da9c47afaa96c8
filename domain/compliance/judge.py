"""A judge: one rule of one pack, ready to be asked about a moment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.compliance.situation import Moment, Situation
from domain.model.contact import FactKind, NextKind
from domain.model.pack import Pack, Rule

Lift = datetime | NextKind
"""Why a rule refuses no longer: not before this instant, or not by the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Judge(ABC):
    """One rule that may refuse."""

    needs: ClassVar[FactKind | None] = None
    """Without a fact of this kind on record it refuses nothing, and is not asked."""

    id: str
    source: str
    why: str
    first_zone: bool
    """Only the first zone is looked at."""

    @abstractmethod
    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        """None: allowed at this moment. An instant: refused until then, at least."""

    def allows(self, situation: Situation, moment: Moment) -> bool:
        """Whether it refuses nothing at this moment; for those to whom the instant costs more."""
        return self.judge(situation, moment) is None

    def zones(self, situation: Situation) -> tuple[str, ...]:
        return situation.zones[:1] if self.first_zone else situation.zones


def told(pack: Pack, rule: Rule, why: str) -> tuple[str, str, str, bool]:
    """What every judge begins with: id, source, why, and whether the first zone is enough."""
    source = pack.sources.get(rule.source)
    return f"{pack.id}.{rule.id}", str(source or rule.source), why, pack.clock.multi_zone == "first"


def worst(lifts: Sequence[Lift]) -> Lift:
    """What lifts them all (at least one): never before an event, an event before the clock, and the latest instant."""
    if NextKind.NEVER in lifts:
        return NextKind.NEVER
    instants = [lift for lift in lifts if isinstance(lift, datetime)]
    return max(instants) if len(instants) == len(lifts) else NextKind.EVENT


def worst_of(lifts: Iterable[Lift | None]) -> Lift | None:
    """The worst of what refuses; None: nothing does."""
    refusing = [lift for lift in lifts if lift is not None]
    return worst(refusing) if refusing else None
