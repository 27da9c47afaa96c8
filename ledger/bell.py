"""The ledger's own bell: waits until something changed. PostgreSQL calls; an embedded ledger is looked at."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.exc import DBAPIError

from domain.model.errors import SurroundingsError
from ledger import changes
from ledger.engine import Ledger

CHANNEL = "duecourse_changes"
"""Where PostgreSQL's NOTIFY tells that something changed; the triggers of the schema use it."""
_LOOK_EVERY_S = 0.5


class Bell:
    """Waits for changes of one ledger. The first wait ends at once: what came before it was not heard."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._listening: PoolProxiedConnection | None = None
        self._seen = -1

    def wait(self, seconds: float) -> bool:
        """Whether something changed within so many seconds; raises SurroundingsError when the ledger is away."""
        return self._listen(seconds) if self._ledger.engine.dialect.name == "postgresql" else self._look(seconds)

    def close(self) -> None:
        """Give the connection back; the bell can be used again."""
        if self._listening is not None:
            with suppress(Exception):  # it may be broken: that is why it is given up
                self._listening.invalidate()
            self._listening = None

    def _listen(self, seconds: float) -> bool:
        driver: Any
        try:
            if self._listening is None:
                self._listening = self._ledger.engine.raw_connection()
                driver = self._listening.driver_connection
                driver.autocommit = True
                driver.execute(f"LISTEN {CHANNEL}")
                return True
            driver = self._listening.driver_connection
            return any(True for _ in driver.notifies(timeout=seconds, stop_after=1))
        except (DBAPIError, self._ledger.engine.dialect.loaded_dbapi.Error) as error:
            raise SurroundingsError("the ledger does not answer") from error

    def _look(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            newest = self._newest()
            if newest != self._seen:
                heard, self._seen = newest > self._seen, newest
                if heard and newest:
                    return True
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_EVERY_S)

    def _newest(self) -> int:
        try:
            with self._ledger.read() as conn:
                return changes.newest(conn)
        except DBAPIError as error:
            raise SurroundingsError("the ledger does not answer") from error
