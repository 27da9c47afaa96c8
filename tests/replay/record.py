"""Records the replay corpus: `python -m tests.replay.record [FOLDER]`, on a clean commit.

Runs each scenario against an embedded server in virtual time, with the real activities, and writes its histories into
FOLDER/<commit>, with a manifest. FOLDER is by default the corpus beside this file.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from temporalio.client import Client, WorkflowHistory

from ledger.engine import init_ledger
from starter.connection import data_converter, leave_cleanly, register_search_attributes
from starter.server import embedded_server
from starter.settings import Settings
from tests.faults.bank import Bank
from tests.replay.corpus import HISTORIES, ROOT, Manifest, code_of, contents
from tests.replay.scenarios import SCENARIOS, Scene, serving

_DECIDING = ("domain", "workflows", "activities", "ledger", "policies", "starter", "worker.py")


def main(arguments: list[str]) -> int:
    leave_cleanly()
    folder = Path(arguments[0]) if arguments else HISTORIES
    if changed := _git("status", "--porcelain", "--", *_DECIDING):
        print(f"commit these first, or the recording cannot name its commit:\n{changed}", file=sys.stderr)
        return 2
    manifest = Manifest(_git("rev-parse", "HEAD"), code_of())
    recording = folder / manifest.commit[:12]
    with tempfile.TemporaryDirectory() as scratch:
        recorded = asyncio.run(_record(Path(scratch)))
    for name, text in recorded.items():
        _refuse_traces(name, text)
    shutil.rmtree(recording, ignore_errors=True)
    recording.mkdir(parents=True)
    for name, text in recorded.items():
        (recording / f"{name}.json").write_text(text, encoding="utf-8")
    manifest.write(recording)
    print(f"{len(recorded)} histories of commit {manifest.commit[:12]}: {', '.join(recorded)}")
    return 0


async def _record(scratch: Path) -> dict[str, str]:
    settings, recorded = Settings(), {}
    async with embedded_server(settings, skip_time=True) as server:
        await register_search_attributes(server.client)
        # An identity of its own: the default names the machine, in every event.
        client = await Client.connect(server.address, identity="recorder", data_converter=data_converter(settings))
        ledger_url = f"sqlite:///{scratch / 'ledger.db'}"
        init_ledger(ledger_url)
        bank = Bank.on(ledger_url, scratch, client, server.address)
        async with serving(bank):
            for name, scenario in SCENARIOS.items():
                histories = await scenario(Scene(bank, name))
                for run, history in enumerate(histories, start=1):
                    recorded[f"{name}-{run}"] = _without_stack_traces(history)
        bank.ledger.close()
    return recorded


def _without_stack_traces(history: WorkflowHistory) -> str:
    """Of a failure its words count, and replay needs no more; its stack trace tells of the machine."""
    return json.dumps(_cleared(history.to_json_dict()), indent=1)


def _cleared(value: object) -> object:
    if isinstance(value, dict):
        return {key: "" if key == "stackTrace" else _cleared(part) for key, part in value.items()}
    return [_cleared(part) for part in value] if isinstance(value, list) else value


def _refuse_traces(name: str, text: str) -> None:
    """Nothing of the machine on which the recording was made."""
    said = contents(text)
    traces = (str(ROOT), tempfile.gettempdir() + "/", str(Path.home()) + "/", f"@{socket.gethostname()}")
    found = [trace for trace in traces if trace in said]
    assert not found, f"{name} tells of this machine: {found}"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
