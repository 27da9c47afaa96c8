"""`duecourse dev` as its users run it: up in an empty folder, stopped in the middle, and up again where it was."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from domain.calendar import local_day
from ledger import messages
from ledger.engine import open_ledger
from starter.server import free_port
from tests.faults.bank import zone_where_it_is_noon

DUECOURSE = str(Path(sys.executable).with_name("duecourse"))
COLUMNS = (
    "record,account,customer,date,amount,principal,interest,fee,minimum,due_on,reference,reverses,"
    "currency,zone,credit_limit"
)


def portfolio(zone: str, today: date) -> str:
    """LATE is 12 days past due, CURRENT falls due in five days."""

    def rows(account: str, due_on: date) -> list[str]:
        billed_on = due_on - timedelta(days=20)
        return [
            f"account,{account},P-{account},,,,,,,,,,TWD,{zone},20000.00",
            f"opening,{account},,{billed_on},12000.00,,,,,,{account}-opening,,,,",
            f"statement,{account},,{billed_on},12000.00,,,,1200.00,{due_on},,,,,",
        ]

    late, current = today - timedelta(days=12), today + timedelta(days=5)
    return "\n".join([COLUMNS, *rows("LATE", late), *rows("CURRENT", current)]) + "\n"


@dataclass
class Home:
    """An empty folder in which somebody works with duecourse."""

    folder: Path
    port: int = field(default_factory=free_port)
    ui_port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DUECOURSE_", "TEMPORAL_"))}
        return own | {"TEMPORAL_ADDRESS": f"127.0.0.1:{self.port}"}

    def up(self) -> subprocess.Popen[str]:
        """`duecourse dev`, once it said where everything is."""
        with (self.folder / "dev.err").open("w") as errors:
            process = subprocess.Popen(
                [DUECOURSE, "dev", "--port", str(self.port), "--ui-port", str(self.ui_port)],
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        out: IO[str] = process.stdout  # type: ignore[assignment]  # it is a pipe
        lines = iter(out.readline, "")
        assert any("worker.log" in line for line in lines), self.told()
        return process

    def told(self) -> str:
        """What `duecourse dev` said on standard error."""
        return (self.folder / "dev.err").read_text()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [DUECOURSE, *words]
        return subprocess.run(
            command, check=False, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )

    def json(self, *words: str) -> dict[str, dict[str, object]]:
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def sent(self) -> list[str]:
        """Notices that have their receipt."""
        ledger = open_ledger(f"sqlite:///{self.folder / 'duecourse-data' / 'ledger.db'}")
        with ledger.read() as connection:
            found = [notice.step for notice in messages.notices(connection, "LATE/1") if notice.state == "sent"]
        ledger.close()
        return found

    def outbox(self) -> dict[str, int]:
        files = (self.folder / "duecourse-data" / "outbox").rglob("*.txt")
        return {file.name: file.stat().st_mtime_ns for file in files}

    def still_running(self) -> list[str]:
        """Commands of processes that work in this folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "cwd").readlink() == self.folder.resolve():
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
            except OSError:  # gone meanwhile
                continue
        return found


def stop(process: subprocess.Popen[str], number: signal.Signals) -> str:
    """Its last words; it must end with exit code 0 within 35 s."""
    process.send_signal(number)
    out, _ = process.communicate(timeout=35)
    assert process.returncode == 0
    return out


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    for command in made.still_running():
        pytest.fail(f"left running: {command}")


def test_everything_is_where_it_was_after_a_stop(home: Home) -> None:
    now = datetime.now(UTC)
    zone = zone_where_it_is_noon(now)
    (home.folder / "portfolio.csv").write_text(portfolio(zone, local_day(now, zone)))
    dev = home.up()
    try:
        assert home.json("intake", "portfolio.csv")["cases"]["left_to_the_feed"] is None
        for account, message in (("NOBODY", "no account NOBODY in the ledger"), ("CURRENT", "is not past due on")):
            refused = home.run("case", "start", account)
            assert (refused.returncode, message in refused.stderr, refused.stderr.count("\n")) == (2, True, 1)
        assert home.run("case", "start", "LATE").stdout == "case LATE/1 is open already (case/LATE)\n"
        run_id = home.json("case", "start", "LATE")["run"]
        while home.sent() != ["reminder"]:
            time.sleep(0.2)
        held = home.run("case", "hold", "LATE", "--reason", "pause", "--id", "hardship-1")
        assert (held.returncode, "no notice leaves, and treatment days stand still" in held.stdout) == (0, True)
        before, files = home.json("case", "show", "LATE"), home.outbox()
        assert before["state"]["stage"] == "reminding"
        assert len(files) == 1
        told = stop(dev, signal.SIGINT)
    finally:
        dev.kill()
    assert "every case is where it was" in told
    assert home.still_running() == []
    for port in (home.port, home.ui_port):
        socket.create_server(("127.0.0.1", port)).close()

    away = home.json("case", "show", "LATE")
    assert (away["state"], away["ledger"]) == (None, before["ledger"])
    assert "no Temporal server answers" in str(away["state_missing"])

    dev = home.up()
    try:
        assert home.json("case", "start", "LATE") == {
            "case": "LATE/1",
            "workflow": "case/LATE",
            "run": run_id,
            "opened": False,
        }
        assert home.json("case", "show", "LATE") == before
        assert home.outbox() == files
        again = home.run("case", "hold", "LATE", "--reason", "pause", "--id", "hardship-1")
        assert again.stdout == held.stdout
        stop(dev, signal.SIGTERM)
    finally:
        dev.kill()
    assert home.outbox() == files


def test_a_second_one_on_the_same_folder_is_refused_and_harms_nothing(home: Home) -> None:
    dev = home.up()
    try:
        second = home.run("dev", "--port", str(free_port()), "--ui-port", str(free_port()))
        assert second.returncode == 1
        assert second.stderr.startswith("duecourse: another duecourse runs on the data directory duecourse-data")
        assert dev.poll() is None
        stop(dev, signal.SIGHUP)
    finally:
        dev.kill()


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("server start-dev", "duecourse: the embedded Temporal server ended by itself (exit code -9)"),
        ("-m worker", "duecourse: the worker ended (exit code -9)"),
    ],
)
def test_when_a_part_dies_the_rest_is_stopped_and_it_is_told(home: Home, part: str, message: str) -> None:
    dev = home.up()
    try:
        os.kill(next(pid for pid in children(dev.pid) if part in command(pid)), signal.SIGKILL)
        assert dev.wait(60) == 1
    finally:
        dev.kill()
    told = home.told()
    assert told.startswith(message)
    assert told.count("\n") == 1


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
