"""Worked examples put to the gate: what it answers, and where that is not what the example expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from domain.calendar import zone_of
from domain.compliance.gate import check
from domain.model.contact import NextKind, Verdict
from domain.model.pack import Pack
from policies.examples import Example
from policies.packs import Shelf
from starter.clock import shown


@dataclass(frozen=True)
class Answer:
    """What the gate says to one worked example."""

    example: Example
    stack: tuple[Pack, ...]
    verdict: Verdict

    @property
    def next(self) -> NextKind | datetime | None:
        return self.verdict.next_at if self.verdict.next is NextKind.INSTANT else self.verdict.next

    @property
    def faults(self) -> tuple[str, ...]:
        """Where the answer is not the expected one."""
        expected, allowed = self.example.expect, self.verdict.allowed
        if expected != allowed:
            by = f" by {', '.join(self.verdict.refused_by)}" if not allowed else ""
            return (f"expected {_word(expected)}, got {_word(allowed)}{by}",)
        if self.example.next is not None and self.example.next != self.next:
            return (f"expected next {self.written(self.example.next)}, got {self.written(self.next)}",)
        return ()

    def written(self, moment: NextKind | datetime | None) -> str | None:
        """As worked examples write it: on the wall clock of the first zone, or in UTC when the question was."""
        if not isinstance(moment, datetime):
            return str(moment) if moment else None
        if self.example.in_utc or not self.example.record.zones:
            return _written(moment.astimezone(UTC)) + "Z"
        return _written(moment.astimezone(zone_of(self.example.record.zones[0])))

    def as_json(self) -> dict[str, JsonValue]:
        verdict = self.verdict
        return {
            "id": self.example.id,
            "decision": _word(verdict.allowed),
            "next": self.written(self.next),
            "rules": list(verdict.refused_by),
            "why": "; ".join(dict.fromkeys(refusal.why for refusal in verdict.refusals)) or self._allowed(),
        }

    def _allowed(self) -> str:
        return f"no rule of {', '.join(pack.id for pack in self.stack)} refuses"


def answer(example: Example, shelf: Shelf) -> Answer:
    """What the gate says to an example; raises InputError when its packs cannot stand together."""
    stack = shelf.stack(example.packs)
    return Answer(example, stack, check(example.ask, example.record, stack))


def _word(allowed: bool) -> str:
    return "allow" if allowed else "deny"


def _written(at: datetime) -> str:
    return f"{at.date()}T{shown(at.time())}"
