"""The demo refuses what it cannot run in one line, runs a bank's own file, and leaves nothing behind when stopped."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from starter.cli import main
from tests.e2e.demo_process import left_of, start_demo

HEADER = "record,account,date,amount,reference,currency,zone,minimum,due_on,reverses\n"
PORTFOLIO = HEADER + (
    "account,A-1,,,,EUR,Europe/Berlin,,,\n"
    "statement,A-1,2026-01-31,500.00,,,,50.00,2026-02-20,\n"
    "statement,A-1,2026-02-28,520.00,,,,52.00,2026-03-20,\n"
    "payment,A-1,2026-03-02,50.00,p-1,,,,,\n"
    "account,A-2,,,,EUR,Europe/Berlin,,,\n"
    "statement,A-2,2026-01-31,900.00,,,,90.00,2026-02-20,\n"
    "payment,A-2,2026-02-18,90.00,p-2,,,,,\n"
    "reversal,A-2,2026-02-26,,r-2,,,,,p-2\n"
    "payment,A-2,2026-03-31,a lot,p-3,,,,,\n"
    "account,A-3,,,,EUR,Europe/Berlin,,,\n"
    "statement,A-3,2026-02-28,80.00,,,,80.00,2026-03-20,\n"
    "payment,A-3,2026-03-20,80.00,p-4,,,,,\n"
    "account,A-4,,,,EUR,Europe/Berlin,,,\n"
    "statement,A-4,2026-03-31,60.00,,,,60.00,2026-04-20,\n"
)


_WITHOUT_MINIMUM = (
    "account,A-1,,,,EUR,Europe/Berlin,,,\nstatement,A-1,2026-01-31,5.00,,,,,,\nstatement,A-1,2026-02-28,6.00,,,,,,\n"
)


def refused(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[object, str]:
    """Exit code and the one line of a demo that does not start."""
    monkeypatch.setattr(sys, "argv", ["duecourse", "demo", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = [line for line in said.err.splitlines() if line.startswith("duecourse: ")]
    assert said.err.endswith(f"{line}\n")
    return exit_.value.code, line


@pytest.mark.parametrize(
    ("arguments", "content", "reason"),
    [
        (["--days", "0"], None, "Invalid value for '--days'"),
        (["--days", "-1"], None, "Invalid value for '--days'"),
        (["--days", "185"], None, "the data of 3,000 generated accounts (seed 1) covers 184 days only"),
        (["--cases", "0"], None, "Invalid value for '--cases'"),
        (["--cases", "many"], None, "Invalid value for '--cases'"),
        (["--portfolio", "FILE"], None, "No such file or directory"),
        (["--portfolio", "FILE"], "", "neither the columns of the real portfolio"),
        (["--portfolio", "FILE"], "a,b\n1,2\n", "neither the columns of the real portfolio"),
        (["--portfolio", "FILE"], "ID,LIMIT_BAL\n1,2\n", "line 1: column PAY_6"),
        (["--portfolio", "FILE"], "record,account\n", "line 1: column date"),
        (["--portfolio", "FILE"], HEADER, "no row can be loaded"),
        (["--portfolio", "FILE", "--days", "60"], PORTFOLIO, "covers 59 days only"),
        (["--portfolio", "FILE"], PORTFOLIO.replace("A-4,,,,EUR", "A-4,,,,SEK"), "accounts in EUR, SEK"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line_with_exit_code_2(
    arguments: list[str],
    content: str | None,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "portfolio.csv"
    if content is not None:
        file.write_text(content)

    code, line = refused([str(file) if word == "FILE" else word for word in arguments], monkeypatch, capsys)

    assert code == 2
    assert reason in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DUECOURSE_DATA_DIR", "FILE/data", "cannot be written: Not a directory"),
        ("DUECOURSE_TEMPORAL_PATH", "FILE", "is not an executable file"),
    ],
)
def test_broken_surroundings_are_told_in_one_line_with_exit_code_1(
    name: str,
    value: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "a-file"
    file.touch()
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(name, value.replace("FILE", str(file)))

    code, line = refused([], monkeypatch, capsys)

    assert code == 1
    assert reason in line


def test_a_portfolio_without_arrears_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "paid.csv"
    file.write_text(HEADER + _WITHOUT_MINIMUM)

    code, line = refused(["--portfolio", str(file), "--days", "20"], monkeypatch, capsys)

    assert code == 2
    assert "no account is past due within these 20 days" in line


async def test_a_file_in_the_portfolio_format_runs_without_its_bad_rows(tmp_path: Path) -> None:
    file = tmp_path / "portfolio.csv"
    file.write_text(PORTFOLIO)

    demo = await start_demo(tmp_path, "--portfolio", str(file), "--days", "36", "--cases", "5", "--json")
    code, _ = await demo.ended()

    assert code == 0
    report = json.loads(demo.output.read_text())
    assert report["cases"] == 2
    assert {row["outcome"]: row["cases"] for row in report["outcomes"]} == {
        "cured": 1,
        "open_at_the_end_of_the_data": 1,
    }
    # A-1 is 4 days past due on 24 February and pays on 2 March; the window ends on 31 March
    assert report["past_due"][0]["amount"] == {"amount": "50.00", "currency": "EUR"}
    assert [day["accounts"] for day in report["past_due"]] == [1] * 2 + [2] * 4 + [1] * 19 + [2] * 11
    assert "4 accounts read, 2 past due within 36 days: fewer than --cases 5, so all of them are run" in demo.told
    assert any(line.startswith("portfolio.csv, line 10, column amount: not an amount") for line in demo.told)
    assert "portfolio.csv: rows left out: 1" in demo.told


@pytest.mark.parametrize(("by", "stay"), [(signal.SIGINT, ["--stay"]), (signal.SIGTERM, [])])
async def test_a_demo_that_is_stopped_in_the_middle_leaves_no_process_behind(
    by: signal.Signals, stay: list[str], tmp_path: Path
) -> None:
    demo = await start_demo(tmp_path, "--cases", "40", *stay)
    await demo.until(r"^day \d+/180: ")
    children = demo.children()

    demo.process.send_signal(by)
    code, after_s = await demo.end(by)  # an impatient second time changes nothing

    assert (code, len(children), left_of(children)) == (130, 2, set())
    assert after_s < 35
    assert demo.output.read_text() == ""
    assert not [line for line in demo.told if "Traceback" in line]
