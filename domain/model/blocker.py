"""Blockers: the closed list of what keeps a message from leaving."""

from enum import StrEnum


class Blocker(StrEnum):
    """What kept a message from leaving."""

    PAID = "paid"
    """Money arrived: what the message would say is no longer so."""
    HELD = "held"
    """A hold lies on the case."""
    PROMISED = "promised"
    """A promise to pay runs: until its grace is over nothing leaves but its reminder."""
    PLAN_OVER = "plan_over"
    """The repayment plan that the message is about runs no more."""
    PAST_DUE = "past_due"
    """Something is past due again, or the case goes on: nobody is thanked."""
    CLOSED = "closed"
    """The case is closed."""
    CONTACT_WINDOW = "contact_window"
    """A rule of contact forbids it now, and the clock alone lifts that: hours, caps, cool-downs."""
    BARRED = "barred"
    """A rule of contact forbids it until something happens: an opt-out, a hold on the person, a missing notice."""
    STOPPED = "stopped"
    """An emergency stop closes it."""
    STALE = "stale"
    """The ledger's feed is older than the strategy allows: what the message says may no longer be so."""
    WORDING = "wording"
    """There is no text that may leave: a template is missing, or its text was refused."""
    NO_CONTACT_POINT = "no_contact_point"
    """The person has no address for this channel."""
    PROVIDER = "provider"
    """The channel refused the message for good."""
    NO_ANSWER = "no_answer"
    """The provider cannot say whether it has the message."""

    @property
    def may_lift(self) -> bool:
        """Whether the same message may leave later, without anything else having happened.

        The ledger keeps its key free; without an answer yet it asks the provider first: nothing leaves twice.
        """
        return self in (Blocker.CONTACT_WINDOW, Blocker.STOPPED, Blocker.STALE, Blocker.NO_ANSWER)
