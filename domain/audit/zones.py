"""The zones in which a customer may be, worked out from the evidence in the plainest way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.model.pack import Pack


def zones_seen(packs: Sequence[Pack], evidence: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Every zone that one of the packs sees; ``evidence`` has the zones by the kind of evidence that shows them."""
    seen: list[str] = []
    for pack in packs:
        kinds = [kind for kind in pack.clock.zone_evidence if evidence.get(kind)]
        if "declared" in kinds:
            kinds = kinds[: kinds.index("declared") + 1]
        found = [zone for kind in kinds for zone in evidence[kind]]
        seen += found[:1] if pack.clock.multi_zone == "first" else found
    return tuple(dict.fromkeys(seen))
