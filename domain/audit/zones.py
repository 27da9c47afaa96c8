"""The zones in which a customer may be, worked out from the evidence in the plainest way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.model.pack import Pack

ANYWHERE = ""
"""Stands for a zone where a piece of evidence cannot be read, such as a number that is none."""


def zones_seen(packs: Sequence[Pack], evidence: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Every zone that one of the packs sees, first those of packs that look at one only; none when one may be anywhere.

    ``evidence`` has the zones by the kind of evidence that shows them.
    """
    seen: list[str] = []
    for pack in sorted(packs, key=_looks_at_all):
        kinds = [kind for kind in pack.clock.zone_evidence if evidence.get(kind)]
        if not _looks_at_all(pack):
            kinds = kinds[:1]
        elif "declared" in kinds:
            kinds = ["declared"]
        found = [zone for kind in kinds for zone in evidence[kind]]
        if ANYWHERE in found:
            return ()
        seen += found if _looks_at_all(pack) else found[:1]
    return tuple(dict.fromkeys(seen))


def _looks_at_all(pack: Pack) -> bool:
    return pack.clock.multi_zone == "intersect"
