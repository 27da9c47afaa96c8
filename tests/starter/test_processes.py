from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from domain.model.errors import SurroundingsError
from starter.connection import data_converter
from starter.processes import (
    STOPS_WITHIN_S,
    alone_in,
    appending,
    child_environment,
    refuse_dead,
    stop_process,
    worker_process,
)
from starter.server import DOWN_WITHIN_S
from starter.settings import Settings, load_settings

KEY = "first:" + "1f" * 32
IGNORES_SIGTERM = (
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(600)"
)


def test_a_child_has_the_settings_of_its_parent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        ledger_url="sqlite:////else/where.db",
        payload_key=KEY,
        history_bound=60,
        email={"host": "mail.example", "sender": "Bank <bank@bank.example>"},
        callback_secrets=(tmp_path / "new", tmp_path / "old"),
    )
    for name, value in child_environment(settings, "127.0.0.1:1").items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings
    assert data_converter(load_settings()).payload_codec == data_converter(settings).payload_codec


def test_a_child_of_the_embedded_server_is_not_led_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY", "TEMPORAL_TLS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE"):
        monkeypatch.setenv(name, "elsewhere")
    environment = child_environment(Settings(), "127.0.0.1:1")
    temporal = {name: value for name, value in environment.items() if name.startswith("TEMPORAL_")}
    assert temporal == {"TEMPORAL_ADDRESS": "127.0.0.1:1", "TEMPORAL_CONFIG_FILE": os.devnull}


def test_a_stop_of_everything_takes_at_most_35_seconds() -> None:
    assert STOPS_WITHIN_S + DOWN_WITHIN_S < 35


async def test_a_child_that_does_not_stop_is_ended() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", IGNORES_SIGTERM, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"deaf\n"
    await stop_process(child, 0.1)
    assert child.returncode == -9
    await stop_process(child, 0.1)  # a second time nothing happens


async def test_a_worker_that_ended_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    async with worker_process(Settings(data_dir=tmp_path / "nothing"), "127.0.0.1:1", log) as worker:
        refuse_dead(worker, log)
        assert await worker.wait() == 1
        with pytest.raises(SurroundingsError, match=r"the worker ended \(exit code 1\): no ledger at sqlite"):
            refuse_dead(worker, log)


async def test_a_folder_of_the_user_does_not_take_the_place_of_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "worker.py").write_text("raise SystemExit(77)")
    monkeypatch.chdir(tmp_path)
    async with worker_process(Settings(data_dir=tmp_path), "127.0.0.1:1", tmp_path / "log") as worker:
        assert await worker.wait() == 1


def test_a_log_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match=r"the log .* cannot be written: Is a directory"), appending(tmp_path):
        pass


def test_a_data_directory_serves_one_at_a_time(tmp_path: Path) -> None:
    taken = pytest.raises(SurroundingsError, match="another duecourse runs on the data directory")
    with alone_in(tmp_path), taken, alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass
