"""A chain of evidence, checked and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.audit import chain, seals
from domain.audit.chain import ChainFinding, Tampering
from domain.audit.seals import Seal
from ledger.chains import Link

_BROKEN = (Tampering.CHANGED, Tampering.DELETED)


@dataclass(frozen=True)
class Chain:
    """Its rows, what is wrong with them, and what the others tell."""

    name: str
    rows: int
    found: tuple[ChainFinding, ...]
    seals: tuple[Seal, ...]

    @classmethod
    def of(cls, name: str, links: Iterable[Link]) -> Chain:
        rows = [chain.Link(r.chain, r.number, r.kind, r.at, r.body, r.previous_hash, r.hash) for r in links]
        found = chain.check(name, rows)
        return cls(name, len(rows), found, seals.read(rows, found))

    @cached_property
    def of_messages(self) -> Mapping[str, Sequence[Seal]]:
        """The rows that tell of a message, by its key."""
        return seals.by("key", self.seals)

    @property
    def holds(self) -> bool:
        """No row of it is known to be gone or to say something else."""
        return not any(finding.what in _BROKEN for finding in self.found)
