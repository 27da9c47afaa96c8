"""What an operator says is heard by the cases that run."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete
from temporalio.testing import TimeSkipper

from domain.model.errors import InputError
from domain.model.facts import MessageState
from ledger import messages
from ledger.tables import contact_points
from starter import cli
from starter.cli.operators import a_date, an_instant, from_stdin
from starter.server import Embedded
from tests.plugins.virtual_bank import Bank


class Shell:
    """Runs `duecourse …` beside the worker of a bank."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    async def __call__(self, *words: str, stdin: str = "") -> SimpleNamespace:
        self._monkeypatch.setattr("sys.argv", ["duecourse", *words])
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        self._capsys.readouterr()
        code = await asyncio.to_thread(self._code)
        out, err = self._capsys.readouterr()
        return SimpleNamespace(code=code, lines=out.splitlines(), err=err)

    def _code(self) -> object:
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code


@pytest.fixture
def run(bank: Bank, server: Embedded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(bank.settings.data_dir))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    return Shell(monkeypatch, capsys)


async def test_a_case_that_waited_for_an_address_goes_on_when_one_is_added(
    bank: Bank, run: Shell, skipper: TimeSkipper
) -> None:
    bank.add_account("A-1", (4, 1234))
    with bank.ledger.write() as conn:
        conn.execute(delete(contact_points))
    await bank.start("A-1")
    handle = bank.handle("A-1")
    await skipper.fast_forward(handle, timedelta(days=3))
    assert (await bank.state("A-1")).blocked is not None
    done = await run("person", "point", "A-1", "--channel", "file", "--id", "new", stdin="A-1")
    assert done.lines == ["added: file new of person person-A-1", "its case hears of it from the feed"], done.err
    await bank.relay()
    await skipper.fast_forward(handle, timedelta(days=3))
    shown = await bank.state("A-1")
    assert shown.blocked is None
    with bank.ledger.read() as conn:
        assert messages.notices(conn, "A-1/1")[-1].state is MessageState.SENT
    await handle.terminate()


async def test_facts_and_released_stops_are_told_to_open_cases(bank: Bank, run: Shell) -> None:
    for name in ("A-1", "A-2"):
        bank.add_account(name, (4, 1234))
        await bank.start(name)
    await bank.relay()
    told = await run("person", "fact", "A-1", "hold", "--name", "dispute", "--id", "f-1")
    assert told.lines[-1] == "its case hears of it from the feed"
    assert (await bank.relay()).rung == 1
    await run("stop", "set", "all", "--by", "op-1", "--reason", "drill", "--id", "s-1")
    released = await run("stop", "release", "s-1", "--by", "op-2")
    assert released.lines == ["released: stop s-1", "2 open cases hear of it from the feed"]
    assert (await bank.relay()).rung == 2
    for name in ("A-1", "A-2"):
        await bank.handle(name).terminate()


@pytest.mark.parametrize("text", ["", "now", "2026-02-30T10:00Z", "2026-01-01T10:00", "0001-01-01T00:00Z"])
def test_an_instant_needs_a_day_that_exists_and_a_zone(text: str) -> None:
    with pytest.raises(InputError, match="--until: "):
        an_instant("--until", text)


def test_an_instant_or_a_day_is_read_as_written() -> None:
    assert an_instant("--until", " 2026-03-01T18:00+08:00 ").isoformat() == "2026-03-01T18:00:00+08:00"
    assert str(a_date("--until", "2026-03-01")) == "2026-03-01"
    assert a_date("--until", "2026-03-01T18:00Z") is None


def test_who_types_at_a_terminal_is_told_what_is_awaited(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"stop"), encoding="utf-8")
    monkeypatch.setattr(typed, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", typed)
    assert from_stdin("the customer's words") == "stop"
    assert capsys.readouterr().err == "write the customer's words, then Ctrl-D on a line of its own\n"
