"""A re-age as a step keeps it, for the tests of the ledger."""

from __future__ import annotations

from datetime import date, timedelta

from domain.model.entries import KeepReAge
from domain.model.money import Money
from domain.model.re_age import ReAge, ReAgeState

ASKED_ON = date(2005, 6, 23)


def re_age(name: str = "r-1", state: ReAgeState = ReAgeState.ASKED, **more: object) -> ReAge:
    """Of 400 that are past due since 21 January; 600 must have been paid since then."""
    said = {
        "asked_by": "agent-1",
        "evidence": "DOC-7",
        "past_due": Money.of_minor(40_000, "TWD"),
        "paid_since": date(2005, 1, 21),
        "needed": Money.of_minor(60_000, "TWD"),
        "decide_by": ASKED_ON + timedelta(days=14),
        "since": ASKED_ON,
    }
    return ReAge(id=name, state=state, **{**said, **more})


def step(state: ReAgeState, changes: int, name: str = "r-1", **more: object) -> KeepReAge:
    """The step that brings it so far."""
    said = {key: more.pop(key) for key in ("by", "reason", "request_id") if key in more}
    return KeepReAge(re_age=re_age(name, state, changes=changes, **more), **said)
