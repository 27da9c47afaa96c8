"""An intake killed at random rows and begun again ends with the ledger that one without a kill makes."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bench.intake import write_portfolio
from ledger.engine import open_ledger
from ledger.intake_tables import intakes
from ledger.tables import metadata

DUECOURSE = (sys.executable, "-c", "from starter.cli import main; main()")
KILLS = 4
ACCOUNTS = 3_000
_NUMBERS = {"entry_id", "meeting_id", "change_id", "tx"}
"""A batch that was taken back leaves gaps in these on PostgreSQL."""


def words(file: Path, url: str) -> list[str]:
    return [*DUECOURSE, "intake", str(file), "--no-cases", "--ledger", url]


def until_further(process: subprocess.Popen[str], url: str) -> None:
    """Wait until the file is taken further than it was, or the process ends."""
    ledger = open_ledger(url)

    def line() -> int:
        with ledger.read() as conn:
            return conn.scalar(select(func.max(intakes.c.line)).where(intakes.c.name == "bank.csv")) or 0

    before = line()
    while process.poll() is None and line() <= before:
        time.sleep(0.02)
    ledger.close()


def content(url: str, since: datetime) -> dict[str, list[str]]:
    """Every row of every table; instants of this test are all the same."""
    ledger, found = open_ledger(url), {}
    with ledger.read() as conn:
        for table in metadata.sorted_tables:
            columns = [column for column in table.c if column.name not in _NUMBERS | {"rejects"}]
            rows = conn.execute(select(*columns))
            is_now = [[isinstance(value, datetime) and value >= since for value in row] for row in rows.all()]
            rows = conn.execute(select(*columns)).all()
            found[table.name] = sorted(
                repr(["now" if now else value for value, now in zip(row, marks, strict=True)])
                for row, marks in zip(rows, is_now, strict=True)
            )
    ledger.close()
    return found


def spoiled(file: Path, chance: random.Random) -> None:
    """Some rows that cannot be loaded."""
    lines = file.read_text().splitlines()
    for at in chance.sample(range(2, len(lines)), 60):
        lines[at] = chance.choice((lines[at] + ",more", lines[at].replace(".00", ".00x"), "nonsense" + lines[at]))
    file.write_text("\n".join(lines) + "\n")


def test_the_ledger_and_the_bad_rows_are_those_of_one_run(
    tmp_path: Path, ledger_url: str, another_ledger_url: str
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    chance, began = random.Random(seed), datetime.now(UTC)
    files, urls = {}, {"whole": ledger_url, "killed": another_ledger_url}
    for name in urls:
        folder = tmp_path / name
        folder.mkdir()
        files[name] = folder / "bank.csv"
        write_portfolio(folder / "first.csv", ACCOUNTS // 3, began.date())
        subprocess.run(words(folder / "first.csv", urls[name]), check=True, capture_output=True)
        write_portfolio(files[name], ACCOUNTS, began.date())
        spoiled(files[name], random.Random(seed))
    subprocess.run(words(files["whole"], urls["whole"]), check=True, capture_output=True)

    continued = 0
    for _ in range(KILLS):
        process = subprocess.Popen(words(files["killed"], urls["killed"]), stderr=subprocess.PIPE, text=True)
        until_further(process, urls["killed"])
        time.sleep(chance.uniform(0, 0.03))
        process.kill()  # one that has ended already is left alone
        continued += "continues at line" in process.communicate()[1]
    subprocess.run(words(files["killed"], urls["killed"]), check=True, capture_output=True, text=True)
    assert continued

    named = {name: files[name].with_name("bank.csv.rejects.csv").read_text() for name in files}
    assert named["killed"] == named["whole"]
    lines = [(row["line"], row["column"]) for row in csv.DictReader(named["killed"].splitlines())]
    assert len(lines) == len(set(lines)) > 50
    whole, killed = (content(url, began) for url in urls.values())
    assert {name: len(rows) for name, rows in killed.items()} == {name: len(rows) for name, rows in whole.items()}
    assert killed == whole
