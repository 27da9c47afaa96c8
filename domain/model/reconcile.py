"""The reconciler: what one pass over cases, runs and the ledger is asked, what it found apart, and what it mended."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.base import Model

REPAIRED = "repaired"
"""Kind of the row of evidence that tells of a repair."""
CHAIN = "reconciler"
"""Name of the chain of the system's audit that tells of repairs where there is no case."""
MOST_TOLD = 200
"""So many findings are named; all are counted."""


class Repair(StrEnum):
    """What was apart, and is brought together again."""

    MISSING_CASE = "missing_case"
    """An account is past due and nobody opened its case: it is rung, and the feed opens it."""
    MISSING_WATCH = "missing_watch"
    """An account will fall past due on a day on which nobody would have looked: it is watched again."""
    LOST_RUN = "lost_run"
    """A case is open and its workflow does not run: it is started from what the ledger knows."""
    LATE_RUN = "late_run"
    """A workflow runs for a case that the ledger has as closed: it is rung, looks, and ends or goes on in both."""
    MISSING_ROW = "missing_row"
    """A workflow runs for a case that the ledger does not have: it takes the case in, as the run began with it."""
    STRAY_RUN = "stray_run"
    """A workflow runs in place of the case that the ledger has open: it is ended, and that case runs again."""
    EXPIRED_PERMIT = "expired_permit"
    """The time of a permit went by and it is still open: its case closes it, or the ledger if that is closed."""
    UNHEARD_OPT_OUT = "unheard_opt_out"
    """An opt-out waits for its confirmation and no case has looked since: the case is rung."""
    UNASKED_ADJUSTMENT = "unasked_adjustment"
    """The card system was to be asked for something, and no case has looked since: the case is rung and asks."""
    STUCK_MESSAGE = "stuck_message"
    """A message is on its way and nobody sends it any more: its channel is asked what became of it."""


class Part(StrEnum):
    """What a pass goes through, in this order: a case that is taken in, or starts again, needs no other one opened."""

    RUNS = "runs"
    CASES = "cases"
    ACCOUNTS = "accounts"
    PERMITS = "permits"
    OPT_OUTS = "opt_outs"
    ADJUSTMENTS = "adjustments"
    MESSAGES = "messages"


class Place(Model):
    """How far a pass has come: within a part, after this key ("": at its beginning)."""

    part: Part = Part.RUNS
    after: str = ""


class ReconcileAsk(Model):
    """Bring together what is apart. ``as_of``: the server's clock."""

    as_of: AwareDatetime
    dry_run: bool = False
    """Look and tell, and change nothing."""
    place: Place = Place()
    seconds: int = Field(default=240, ge=1)
    """How long this call may go on while there is more; the next one goes on from its place."""
    grace_s: int = Field(default=30, ge=0)
    """Seconds for which what is new is left alone: somebody may be in the middle of it."""


class Found(Model):
    """One thing that was apart; ids only."""

    repair: Repair
    account_id: str | None = None
    of: str | None = None
    """The case, run, message, permit or fact that it is about."""


class Overdue(Model):
    """What others repeat by themselves, and what waits for longer than it should: told, not mended."""

    rings: int = 0
    """Accounts whose case has not heard a change for long: the feed goes on ringing them."""
    postings: int = 0
    """Postings of the bank that wait while the feed does not run."""
    opt_outs: int = 0
    """Opt-outs that nobody confirmed for more than a day, though their case has looked."""
    adjustments: int = 0
    """What the card system was asked for and has not answered for more than three days."""
    messages: int = 0
    """Messages that are stuck, where the pass had no channels to ask: a worker's pass settles them."""

    def with_messages(self, before: int) -> Overdue:
        """With the messages that an earlier page told of; the rest is counted once, at the end."""
        return self.model_copy(update={"messages": before + self.messages})


class Reconciled(Model):
    """What a pass came to, in numbers; ``found`` names the first of them."""

    accounts: int = 0
    cases: int = 0
    runs: int = 0
    repairs: dict[Repair, int] = Field(default_factory=dict)
    """Of a dry run: what would be mended."""
    found: tuple[Found, ...] = ()
    failed: int = 0
    """What could not be mended now, or looked at; the next pass tries again."""
    strangers: int = 0
    """Runs that nobody here may judge: of an account that the ledger does not have, unreadable, or strays in crowds;
    or of a case that began after the one that the ledger has open.

    They are left alone: it may be the wrong ledger, an old one, or the wrong key.
    """
    overdue: Overdue = Overdue()
    place: Place | None = None
    """Where the next call goes on; None: the pass is done."""

    def with_found(self, *found: Found) -> Reconciled:
        """And these besides."""
        counts = dict(self.repairs)
        for one in found:
            counts[one.repair] = counts.get(one.repair, 0) + 1
        return self.model_copy(update={"repairs": counts, "found": (*self.found, *found)[:MOST_TOLD]})

    def __add__(self, later: Reconciled) -> Reconciled:
        """Both calls of one pass together."""
        counts = {kind: self.repairs.get(kind, 0) + later.repairs.get(kind, 0) for kind in Repair}
        return Reconciled(
            accounts=self.accounts + later.accounts,
            cases=self.cases + later.cases,
            runs=self.runs + later.runs,
            repairs={kind: count for kind, count in counts.items() if count},
            found=(*self.found, *later.found)[:MOST_TOLD],
            failed=self.failed + later.failed,
            strangers=self.strangers + later.strangers,
            overdue=later.overdue.with_messages(self.overdue.messages),
            place=later.place,
        )
