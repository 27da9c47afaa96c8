"""Answers: what a system of the bank or a bureau says to what it was asked to do, once under a key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Confirmed:
    """It is done."""

    reference: str
    """By which the other side knows it."""


@dataclass(frozen=True)
class Refused:
    """It will not be done."""

    reason: str
    """A code."""


@dataclass(frozen=True)
class Taken:
    """The other side has it, and answers later."""


Answer = Confirmed | Refused | Taken
