"""What a case says of a promise to pay: sentences for its page, its timeline and its answers. No personal data."""

from __future__ import annotations

from domain.model.case import Next
from domain.model.promise import JudgedPromise, Promise, PromiseState

STATES = {
    PromiseState.ACTIVE: "runs",
    PromiseState.KEPT: "was kept",
    PromiseState.PARTLY_KEPT: "was kept in part",
    PromiseState.BROKEN: "was broken",
    PromiseState.REPLACED: "was replaced by a repayment plan",
    PromiseState.MENDED: "was kept after all, by money posted late",
}


def _last_days(promise: Promise) -> str:
    grace = "" if promise.grace_ends_on == promise.due_on else f" (with grace until {promise.grace_ends_on})"
    return f"{promise.due_on}{grace}"


def made(promise: Promise) -> str:
    return f"Promise {promise.id}: {promise.amount} by {_last_days(promise)}."


def meaning(promise: Promise) -> str:
    """What the case answers to one that is taken."""
    return f"{promise.amount} is promised by {_last_days(promise)}; until then nothing leaves but one reminder of it"


def judged(judged: JudgedPromise) -> str:
    promise = judged.promise
    return (
        f"The promise {promise.id} {STATES[judged.state]}: {judged.paid} of {promise.amount} by {_last_days(promise)}."
    )


def waits(promise: Promise) -> Next:
    what = f"waits for the {promise.amount} promised by {_last_days(promise)}"
    return Next(what=what, why=f"the promise {promise.id} of {promise.made_on} runs: no notice of the ladder leaves")


def waits_for_data(promise: Promise) -> Next:
    why = (
        f"the promise {promise.id} is judged when the bank's data is complete until the end of {promise.grace_ends_on}"
    )
    return Next(what="waits for the bank's data", why=why)


def reminded(promise: Promise, channel: str) -> str:
    return f"Reminds by {channel} of the promise {promise.id}: {promise.amount} by {promise.due_on}."
