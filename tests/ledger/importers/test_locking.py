"""Two imports at the same instant: both end well, and the ledger has everything once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

from sqlalchemy import func, select

from domain.model.errors import SurroundingsError
from ledger.engine import Ledger
from ledger.importers.generate import generate_portfolio
from ledger.importers.writer import store_histories
from ledger.tables import accounts, entries
from policies import load_rules
from starter.allocation import PackAllocation
from tests.ledger.importers.taking import take

LAST_DAY = date(2026, 3, 31)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "docs" / "portfolio-example.csv"


def at_once(work: Callable[[], int]) -> list[int]:
    barrier = Barrier(2)

    def start() -> int:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(2) as pool:
        return sorted(future.result() for future in [pool.submit(start) for _ in range(2)])


def count(ledger: Ledger) -> tuple[int | None, int | None]:
    with ledger.read() as conn:
        return tuple(conn.scalar(select(func.count()).select_from(table)) for table in (accounts, entries))


def test_two_imports_of_one_history_at_once_store_it_once(ledger: Ledger) -> None:
    made = list(generate_portfolio(40, 1, LAST_DAY))
    assert at_once(lambda: store_histories(ledger, made, LAST_DAY).new) == [0, 40]
    assert count(ledger) == (40, sum(len(history.entries) for history in made))


def taken(ledger: Ledger, file: Path) -> int:
    """New accounts; 0 when another one takes the same file."""
    bad: list[object] = []
    try:
        done = take(ledger, file, PackAllocation(load_rules("cn")), NOW, bad.append)
    except SurroundingsError:
        return 0
    assert not bad
    return done.new_accounts


def test_two_intakes_of_one_file_at_once_store_it_once(ledger: Ledger) -> None:
    assert at_once(lambda: taken(ledger, EXAMPLE))[1] == 3
    assert count(ledger) == (3, 13)
    assert taken(ledger, EXAMPLE) == 3, "what it came to is told again"


def test_two_intakes_of_overlapping_files_at_once_store_each_row_once(ledger: Ledger, tmp_path: Path) -> None:
    files = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for number, file in enumerate(files):
        file.write_text(EXAMPLE.read_text() + "\n" * number)
    assert at_once(lambda: taken(ledger, files.pop())) == [0, 3]
    assert count(ledger) == (3, 13)
