"""Standing: whether an agency may be given accounts on a day, why not, and what will lapse by the clock alone."""

from __future__ import annotations

from datetime import date

from domain.model.base import Model


class Bar(Model):
    """One reason why nothing new is placed with an agency."""

    rule: str
    """Of a rule pack, or of the register itself."""
    why: str
    """A sentence that says what to do, the same on every day on which it holds."""
    source: str
    freezes: bool = False
    """What the agency has is frozen that day and recalled, too."""


class Lapse(Model):
    """A day to come on which something keeps accounts from the agency that did not the day before."""

    on: date
    bars: tuple[Bar, ...]
    """What is new that day."""

    @property
    def freezes(self) -> bool:
        return any(bar.freezes for bar in self.bars)


class Standing(Model):
    """How an agency stands on a day."""

    agency: str
    on: date
    bars: tuple[Bar, ...] = ()
    """Every reason against anything new; none: it may be given accounts."""
    freezing: tuple[Bar, ...] = ()
    """Every reason why what it has is frozen and recalled; none: it keeps what it has."""
    lapses: tuple[Lapse, ...] = ()
    """What the clock alone will change for the worse, the nearest first."""
    evaluate_by: date | None = None
    """The last day for its next evaluation, ``on`` when it is needed now; None: no rule asks for one."""

    @property
    def may_be_given(self) -> bool:
        return not self.bars

    @property
    def is_frozen(self) -> bool:
        return bool(self.freezing)
