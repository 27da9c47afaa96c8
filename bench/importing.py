"""How long the import of the real portfolio takes, beside a floor: as many rows written with the bare driver.

`python -m bench.importing FILE` imports FILE into a fresh embedded ledger, twice, and prints seconds and memory.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ledger.engine import init_ledger, open_ledger
from ledger.importers import uci
from ledger.importers.rows import BadRow
from ledger.importers.writer import Stored, store_histories

TARGET_SECONDS = 20.0


def measure(file: Path) -> dict[str, float]:
    """Seconds of the first and of the repeated import and of the floor, and the most memory used, in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        init_ledger(url)
        first_seconds, first = _timed(lambda: _import(file, url))
        again_seconds, again = _timed(lambda: _import(file, url))
        rows = first.statements + first.obligations + first.entries
        floor_seconds, _ = _timed(lambda: _floor(Path(folder) / "floor.db", rows))
    if again.new:
        raise RuntimeError(f"the repeated import added {again.new} accounts")
    return {
        "accounts": first.new,
        "rows_written": rows,
        "first_seconds": first_seconds,
        "again_seconds": again_seconds,
        "floor_seconds": floor_seconds,
        "most_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _import(file: Path, url: str) -> Stored:
    ledger = open_ledger(url)
    try:
        return store_histories(ledger, uci.histories(file, _refuse), uci.LAST_DAY)
    finally:
        ledger.close()


def _refuse(bad: BadRow) -> None:
    raise RuntimeError(str(bad))


def _floor(file: Path, rows: int) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE plain (a TEXT, b TEXT, c INTEGER, d INTEGER, PRIMARY KEY (a, b))")
    with connection:
        connection.executemany(
            "INSERT INTO plain VALUES (?, ?, ?, ?)",
            ((str(n // 6), f"2005-{n % 6 + 1:02}-28", n, n * 100) for n in range(rows)),
        )
    connection.close()


def _timed(work: Callable[[], object]) -> tuple[float, Stored]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done if isinstance(done, Stored) else Stored()


def main() -> None:
    """Print the measured figures; a second argument is not taken."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.importing FILE")
    for name, value in measure(Path(sys.argv[1])).items():
        print(f"{name:18} {value:12,.2f}")
    print(f"target: the first import under {TARGET_SECONDS:.0f} s")


if __name__ == "__main__":
    main()
