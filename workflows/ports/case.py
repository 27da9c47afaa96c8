"""What the case workflow asks of the world. Workflows call these by reference; `activities/` implements them."""

from abc import ABC, abstractmethod

from temporalio import activity

from domain.model.adjustments import ADJUST, Adjust, AdjustResult
from domain.model.bureau import REPORT, BureauResult, TellBureau
from domain.model.case import Advance, Step
from domain.model.commands import SEND_NOTICE, NoticeResult, SendNotice
from domain.model.debits import DEBIT, Debit, DebitResult

LEDGER_UNAVAILABLE = "LedgerUnavailable"
"""Error type of a decision that could not read or write the ledger: it is awaited, then decided again."""


class CasePort(ABC):
    """Facts and decision."""

    @activity.defn(name="advance_case")
    @abstractmethod
    def advance(self, ask: Advance) -> Step:
        """Read the facts as of the given instant, decide, store the step as evidence, return it."""


class LedgerPort(ABC):
    """The ledger's own health."""

    @activity.defn(name="await_ledger")
    @abstractmethod
    def await_ledger(self) -> None:
        """Return as soon as the ledger answers; poll inside, fail after some minutes to be retried by the server."""


class MessagingPort(ABC):
    """Messages to the people who owe."""

    @activity.defn(name=SEND_NOTICE)
    @abstractmethod
    def send_notice(self, command: SendNotice) -> NoticeResult:
        """Send at most once under the command's key; what keeps it from leaving is a result, not an error."""


class CardsPort(ABC):
    """Instructions to the bank's card system."""

    @activity.defn(name=ADJUST)
    @abstractmethod
    def adjust(self, command: Adjust) -> AdjustResult:
        """Ask for each once under its own key, and keep the answers; one that comes later rings the case."""


class DebitsPort(ABC):
    """Debits by a customer's mandate."""

    @activity.defn(name=DEBIT)
    @abstractmethod
    def debit(self, command: Debit) -> DebitResult:
        """Ask for it at most once under its key; what keeps it from being asked for is a result, not an error."""


class BureauPort(ABC):
    """Reports to a credit bureau."""

    @activity.defn(name=REPORT)
    @abstractmethod
    def report_to_bureau(self, command: TellBureau) -> BureauResult:
        """Give each once under its own key, in order, after a last look; an answer that comes later is kept."""
