"""Waiting for a ledger that is away: one activity that polls inside, so that an hour's outage costs few events."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError

from activities.errors import ErrorType, told
from ledger.engine import Ledger, is_unavailable
from workflows.ports.case import LedgerPort


@dataclass(frozen=True)
class Polling:
    """How to poll, in seconds: the first pause, the factor it grows by, the longest pause, the time in all."""

    first: float = 0.5
    growth: float = 1.1
    longest: float = 1.0
    in_all: float = 600.0


def pause_until_cancelled(seconds: float) -> None:
    """Pause for so many seconds, or until the activity is cancelled."""
    activity.wait_for_cancelled_sync(seconds)


class LedgerActivities(LedgerPort):
    """The ledger's health, as the worker sees it."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        polling: Polling = Polling(),
        pause: Callable[[float], None] = pause_until_cancelled,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._polling = polling
        self._pause = pause
        self._seconds = seconds

    @activity.defn(name="await_ledger", no_thread_cancel_exception=True)
    def await_ledger(self) -> None:
        """Return as soon as the ledger answers and can be written; fail after some minutes to be tried again."""
        until, wait = self._seconds() + self._polling.in_all, self._polling.first
        while not self._answers():
            _end_if_asked()
            if self._seconds() >= until:
                raise _still_away("the ledger did not answer for some minutes; it is asked again")
            activity.heartbeat()
            self._pause(wait)
            _end_if_asked()
            wait = min(wait * self._polling.growth, self._polling.longest)

    def _answers(self) -> bool:
        # A transaction that may write: a ledger that can only be read stops a case just as well.
        with told():
            try:
                with self._ledger.write() as connection:
                    connection.execute(text("SELECT 1"))
            except Exception as error:
                if not is_unavailable(error):
                    raise
                return False
            return True


def _end_if_asked() -> None:
    if activity.is_cancelled():
        raise CancelledError("waiting for the ledger was cancelled")
    if activity.is_worker_shutdown():
        raise _still_away("this worker stops; another one goes on waiting for the ledger")


def _still_away(message: str) -> ApplicationError:
    return ApplicationError(message, type=ErrorType.LEDGER_UNAVAILABLE)
