"""Fresh embedded ledgers, as copies of one: the revisions of the schema run once in a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.engine import init_ledger


@cache
def _empty_ledger() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        init_ledger(f"sqlite:///{file}")
        return file.read_bytes()


def new_ledger(file: Path) -> str:
    """Address of the embedded ledger in this file, which is made where there is none."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_empty_ledger())
    return f"sqlite:///{file}"
