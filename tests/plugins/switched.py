"""A ledger that can be taken away and brought back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from ledger.engine import Ledger


class Switched(Ledger):
    """Answers unless ``away`` is set."""

    away = threading.Event()

    @classmethod
    def of(cls, ledger: Ledger) -> Switched:
        cls.away.clear()
        return cls(ledger.engine, ledger.url)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        self._refuse()
        with super().write() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        self._refuse()
        with super().read() as connection:
            yield connection

    def _refuse(self) -> None:
        if self.away.is_set():
            raise OperationalError("statement", {}, ConnectionError("server closed the connection"))
