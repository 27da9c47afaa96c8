"""What rule packs and the register itself ask of agencies, and how a reason is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from domain.model.agency import Agency
from domain.model.agency_events import KnownAgency
from domain.model.agency_standing import Bar
from domain.model.duties import Agency as AgencyRule
from domain.model.pack import Pack

REGISTER = "the bank's own register of agencies"
"""Source of what no pack asks for: nobody is placed with an agency that the bank cannot account for."""

Bars = Iterator[Bar]


@dataclass(frozen=True)
class Stated:
    """What the pack nearest to the top that has a part about agencies says there; it gives the part whole."""

    pack: Pack
    rule: AgencyRule

    @classmethod
    def by(cls, packs: Sequence[Pack]) -> Stated | None:
        return next((cls(pack, pack.agency) for pack in reversed(packs) if pack.agency is not None), None)

    def bar(self, key: str, why: str, *, freezes: bool = False) -> Bar:
        source = str(self.pack.sources[self.rule.source])
        return Bar(rule=f"{self.pack.id}.agency.{key}", why=why, source=source, freezes=freezes)


@dataclass(frozen=True)
class Judged:
    """One version of an agency's file, on one day, under one part of a pack."""

    known: KnownAgency
    file: Agency
    stated: Stated
    today: date

    @property
    def rule(self) -> AgencyRule:
        return self.stated.rule


def own_bar(key: str, why: str, *, freezes: bool = False) -> Bar:
    """A reason of the register itself."""
    return Bar(rule=f"register.{key}", why=why, source=REGISTER, freezes=freezes)
