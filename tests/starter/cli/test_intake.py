"""`duecourse intake` as people use it; no Temporal server answers here."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from ledger import cases, rings
from tests.starter.cli.conftest import Office

EXAMPLE = Path(__file__).parents[3] / "docs" / "portfolio-example.csv"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The example of the docs, in a folder of its own."""
    copy = tmp_path / "bank.csv"
    copy.write_text(EXAMPLE.read_text())
    return copy


def test_without_a_server_the_data_is_loaded_and_the_feed_opens_the_cases_later(office: Office, file: Path) -> None:
    *_, last = office.done("intake", str(file))
    assert last.startswith("no Temporal server answers at ")
    assert last.endswith("; the data is loaded, the feed opens and rings the cases later")
    told = office.json("intake", str(file))
    assert (told["rows"], told["taken_before"], told["rejects"]) == (23, True, None)
    with office.ledger.read() as conn:
        assert cases.with_open_case(conn, ["A-1001"]) == []
        assert rings.unheard(conn).rings == 0, "the changes wait for the feed"


def test_what_was_taken_is_not_checked_twice_and_a_changed_file_begins_anew(office: Office, file: Path) -> None:
    office.done("intake", str(file), "--no-cases")
    again = office("intake", str(file), "--no-cases")
    assert (again.code, again.err.count("\n")) == (0, 1)
    assert again.err.startswith("bank.csv was taken before, on ")
    file.write_text(EXAMPLE.read_text().replace("20000.00", "25000.00"))
    changed = office("intake", str(file), "--no-cases")
    assert "bank.csv changed since it was taken on" in changed.err
    assert "new: 0; other credit limit: 1" in changed.out


def test_bad_rows_are_told_and_named_in_a_file_without_what_they_hold(office: Office, file: Path) -> None:
    file.write_text(EXAMPLE.read_text().replace("erika@customer.example", "Erika").replace("2026-02-18", "18.02.2026"))
    told = office("intake", str(file), "--no-cases", "--json")
    report = json.loads(told.out)
    named = list(csv.DictReader(Path(report["rejects"]).read_text().splitlines()))
    assert Path(report["rejects"]) == file.with_name("bank.csv.rejects.csv")
    assert [(row["line"], row["column"]) for row in named] == [("7", "date"), ("19", "address")]
    assert (report["bad_rows"], [row["line"] for row in report["first_bad_rows"]]) == (2, [7, 19])
    assert "Erika" not in told.err + Path(report["rejects"]).read_text()
    assert "bank.csv, line 7, column date: not a date: write YYYY-MM-DD" in told.err


def test_a_strict_intake_with_a_bad_row_loads_nothing(office: Office, file: Path) -> None:
    good = file.read_text()
    file.write_text(good.replace("2026-02-18", "18.02.2026"))
    refused = office("intake", str(file), "--strict", "--no-cases")
    assert (refused.code, refused.out) == (2, "")
    assert "bad rows: 1, nothing loaded" in refused.err
    assert office("ledger", "show", "A-1001").code == 2
    file.write_text(good)
    office.done("intake", str(file), "--strict", "--no-cases")
    office.done("ledger", "show", "A-1001")
    assert not file.with_name("bank.csv.rejects.csv").exists()


def test_a_dry_run_writes_nothing(office: Office, file: Path) -> None:
    lines = office.done("intake", str(file), "--dry-run")
    assert "would be new: 3" in lines[1]
    assert lines[-1] == "nothing was written: this was a dry run"
    assert office("ledger", "show", "A-1001").code == 2
    assert office.json("intake", str(file), "--dry-run")["cases"] is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nonsense", "column record, account, date"),
        (b"", "column record, account"),
        (b"\x00\xff\xfe", "is not a UTF-8 text file"),
        (EXAMPLE.read_bytes().splitlines()[0] + b"\nnonsense\n", "no row can be loaded"),
        (EXAMPLE.read_bytes().replace(b"name,", b"card,", 1), "column card is not part of the portfolio format"),
        (EXAMPLE.read_bytes().splitlines()[0] + b'\n"' + b"x" * 200_000 + b'"\n', "is not a CSV file"),
    ],
)
def test_nonsense_is_refused_and_the_reason_is_the_last_line(
    office: Office, file: Path, content: bytes, message: str
) -> None:
    file.write_bytes(content)
    refused = office("intake", str(file))
    assert (refused.code, refused.out) == (2, "")
    assert message in refused.err.splitlines()[-1]


def test_the_file_itself_is_not_overwritten_by_its_bad_rows(office: Office, file: Path) -> None:
    assert "choose another one" in office.refused("intake", str(file), "--rejects", str(file))
    assert file.read_text() == EXAMPLE.read_text()
