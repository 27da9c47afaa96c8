"""Reports to a credit bureau: instructions that somebody outside keeps for years, each once under its key."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.money import Money
from domain.model.names import Code

REPORT = "report_to_bureau"
"""Name of the activity that gives one: it stands in histories."""
BUREAU_NOTICE = "bureau-notice"
"""The step, and the notice, that tells a customer before anything negative is reported; none of the ladder."""


class ReportKind(StrEnum):
    """What a report does."""

    NEGATIVE = "negative"
    """It tells that the account is past due."""
    CORRECTION = "correction"
    """It puts right what an earlier one told, after a dispute was upheld."""
    UPDATE = "update"
    """It tells how what was reported ended."""


class ReportStatus(StrEnum):
    """How the account stands, as a report tells it."""

    PAST_DUE = "past_due"
    """An amount is past due."""
    NOT_PAST_DUE = "not_past_due"
    """After a correction: nothing of what was reported was past due."""
    CURED = "cured"
    """Nothing is past due any more."""
    CURRENT = "current"
    """The lender made it current without the arrears being paid: nothing is past due, and nothing was cured."""
    PLAN_COMPLETED = "plan_completed"
    """A repayment plan was kept to its end."""
    SETTLED = "settled"
    """Less than was owed was agreed as final, and paid."""
    PAID_IN_FULL = "paid_in_full"
    """Nothing is owed any more."""


class ReportState(StrEnum):
    """How far a report came."""

    WANTED = "wanted"
    """It is stored, and the bureau may not have it yet."""
    SENT = "sent"
    """The bureau has it, and has not said what became of it."""
    CONFIRMED = "confirmed"
    """The bureau has taken it in."""
    REFUSED = "refused"
    """The bureau will not take it in: a person must look."""
    DROPPED = "dropped"
    """It was given to nobody: at the last look what it would have told was no longer so, or not to be told."""


class BureauReport(Model):
    """A report about one account, under a business key that makes it happen once."""

    key: Code
    kind: ReportKind
    status: ReportStatus
    past_due: Money
    """With an update: what was reported as past due before."""
    oldest_due_on: date
    days_past_due: int = Field(ge=0)
    dispute: Code | None = None
    """With a correction: the dispute that was upheld."""

    @property
    def told(self) -> str:
        """What it tells, in words."""
        status = self.status.replace("_", " ")
        amount = f" {self.past_due} since {self.oldest_due_on}" if self.status is ReportStatus.PAST_DUE else ""
        return f"{self.kind}: {status}{amount}"


class KnownReport(Model):
    """A report as the ledger has it."""

    report: BureauReport
    state: ReportState
    wanted_on: date
    """UTC day of the decision."""


class ReportAhead(Model):
    """With the notice before a negative report: from when on it may be given, and how long a bureau keeps it."""

    on: date
    record_years: int | None = Field(default=None, ge=1)
    """By the rule packs, counted from the end of the arrears; None: they say nothing of it."""


class TellBureau(Model):
    """Give a credit bureau the reports of one account, in this order: all of a step in one effect."""

    kind: Literal["tell_bureau"] = "tell_bureau"
    key: str
    case_id: str
    account_id: str
    as_of: AwareDatetime
    reports: tuple[BureauReport, ...] = Field(min_length=1)

    @property
    def summary(self) -> str:
        """One line for the Web UI."""
        return f"Report to the credit bureau: {', '.join(each.told for each in self.reports)}"


class BureauResult(Model):
    """How far each report came."""

    states: tuple[ReportState, ...]
