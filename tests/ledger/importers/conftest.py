"""The real portfolio, read and stored once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.importers import uci
from ledger.importers.history import AccountHistory
from ledger.importers.writer import store_histories


def fail(bad_row: object) -> None:
    pytest.fail(f"no row of the real portfolio is bad: {bad_row}")


@pytest.fixture(scope="session")
def uci_file(shared: Path) -> Path:
    return shared / "data" / "uci_credit_card.csv"


@pytest.fixture(scope="session")
def real(uci_file: Path) -> list[AccountHistory]:
    """All histories of the real portfolio."""
    return list(uci.histories(uci_file, fail))


@pytest.fixture(scope="session")
def real_ledger(real: list[AccountHistory], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """An embedded ledger with the whole real portfolio; read it only."""
    url = f"sqlite:///{tmp_path_factory.mktemp('real') / 'ledger.db'}"
    init_ledger(url)
    ledger = open_ledger(url)
    store_histories(ledger, real, uci.LAST_DAY)
    yield ledger
    ledger.close()
