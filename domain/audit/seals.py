"""Seals: what the rows of a chain tell, each read by itself and with mistrust."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.audit.chain import ChainFinding, Link, Tampering


@dataclass(frozen=True, slots=True)
class Seal:
    """One row that is as it was written."""

    chain: str
    number: int
    kind: str
    at: datetime
    body: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """What stands under the name, where that is a text; what no screen and no database takes is none."""
        value = self.body.get(name)
        return value if isinstance(value, str) and value.isprintable() else None

    def instant(self, name: str) -> datetime | None:
        """What stands under the name, where that is an instant with its zone."""
        try:
            at = datetime.fromisoformat(self.text(name) or "")
        except ValueError:
            return None
        return None if at.tzinfo is None else at


def read(rows: Sequence[Link], found: Sequence[ChainFinding]) -> tuple[Seal, ...]:
    """What the rows tell, in their order; one that was changed or put in tells nothing."""
    untrue = {finding.case_seq for finding in found if finding.what in (Tampering.CHANGED, Tampering.INSERTED)}
    true = (row for row in rows if row.case_seq not in untrue)
    return tuple(Seal(row.case_id, row.case_seq, row.kind, row.at, _body(row.body)) for row in true)


def by(name: str, seals: Iterable[Seal]) -> dict[str, list[Seal]]:
    """The seals that tell of something, by its id, which stands under the name."""
    found: dict[str, list[Seal]] = {}
    for seal in seals:
        if (subject := seal.text(name)) is not None:
            found.setdefault(subject, []).append(seal)
    return found


def _body(text: str) -> Mapping[str, object]:
    """Even a row whose hash is right may have been forged: what is no object tells nothing."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
