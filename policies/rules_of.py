"""The rules of a stack of packs: what the whole stack says of money and lateness, next to the packs themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.model.duties import LatenessRule, PackBand
from domain.model.pack import Pack
from domain.model.rules import Component, Rules

_GROUPS = {"interest_and_fees": (Component.FEE, Component.INTEREST), "principal": (Component.PRINCIPAL,)}


def rules_of(stack: Sequence[Pack]) -> Rules:
    """The rules of a stack of packs, the top one last; each duty is given by the nearest pack that states it."""
    top = stack[-1]
    lateness = _nearest(stack, "lateness") or LatenessRule()
    currency = top.pack.currency
    return Rules.model_validate(
        {
            "name": top.id,
            "version": top.pack.version,
            "title": top.pack.title,
            "lateness": {
                "grace_days": lateness.grace_days,
                "tolerance": {currency: lateness.tolerance} if lateness.tolerance and currency else {},
                "treatment_grace_days": lateness.treatment_grace_days,
            },
            "classification": {"bands": [b.model_dump(exclude={"source"}) for b in _nearest(stack, "classification")]},
            "allocation": {"bands": [_components(band) for band in _nearest(stack, "allocation").bands]},
            "packs": tuple(stack),
        }
    )


def _nearest(stack: Sequence[Pack], part: str) -> Any:
    return next((found for pack in reversed(stack) if (found := getattr(pack, part)) is not None), None)


def _components(band: PackBand) -> dict[str, object]:
    order = [component for group in band.order for component in _GROUPS[group]]
    return {"dpd_min": band.dpd_min, "dpd_max": band.dpd_max, "order": order}
