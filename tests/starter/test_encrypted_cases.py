"""Cases under a key on the real server: nothing of them is readable in what it stores, and they live as others do."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from google.protobuf.message import Message
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.failure.v1 import Failure
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Replayer

import worker
from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Hold, HoldReason, Release
from ledger.database import Ledger
from starter.connection import data_converter, register_search_attributes
from starter.encryption import ENCODING, EncryptionCodec, Keys
from starter.requests import ask, look
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from tests.plugins.virtual_bank import Bank, new_bank, serving
from workflows.case import CaseWorkflow
from workflows.names import DOORBELL

FIRST = "first:" + "1f" * 32
SECOND = "second:" + "2e" * 32
OPEN_FIELDS = ("search_attributes", "indexed_fields")
"""What people search for is not encrypted: stage, dates and amounts."""


@dataclass(frozen=True)
class Kept:
    """What a server keeps, in its file too, of two cases that lived the same life, one of them under a key."""

    server: Embedded
    folder: Path
    under_a_key: list[WorkflowHistory]
    in_the_open: list[WorkflowHistory]

    def file(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("temporal.db*")))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kept(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    async with embedded_server(Settings(), file=folder / "temporal.db", skip_time=True) as server:
        await register_search_attributes(server.client)
        yield Kept(
            server,
            folder,
            await live(bank_with(server, FIRST, folder / "key"), "under-a-key"),
            await live(bank_with(server, None, folder / "open"), "in-the-open"),
        )


def bank_with(server: Embedded, keys: str | None, folder: Path) -> Bank:
    return new_bank(client_with(server, keys), Settings(data_dir=folder, payload_key=keys))


def client_with(server: Embedded, keys: str | None) -> Client:
    converter = data_converter(Settings(payload_key=keys))
    return Client(server.client.service_client, namespace="default", data_converter=converter)


class Switched(Ledger):
    """A ledger that can be taken away and brought back."""

    away = threading.Event()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        if self.away.is_set():
            raise OperationalError("statement", {}, ConnectionError("server closed the connection"))
        with super().write() as connection:
            yield connection


async def histories(client: Client, workflow_id: str) -> list[WorkflowHistory]:
    """The history of every run."""
    runs = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")]
    return [await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history() for run in runs]


def messages_in(message: Message, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Message]]:
    """Every message inside this one, with the names of the fields that lead to it."""
    yield path, message
    for descriptor, value in message.ListFields():
        here = (*path, descriptor.name)
        if hasattr(value, "items"):
            inner = [((*here, str(key)), one) for key, one in value.items()]
        else:
            inner = [(here, one) for one in (value if _is_repeated(value) else [value])]
        for where, one in inner:
            if isinstance(one, Message):
                yield from messages_in(one, where)


def _is_repeated(value: object) -> bool:
    return hasattr(value, "append")


def payloads_in(runs: list[WorkflowHistory]) -> list[tuple[tuple[str, ...], Payload]]:
    found = [pair for run in runs for event in run.events for pair in messages_in(event)]
    return [
        (path, message) for path, message in found if isinstance(message, Payload) and not set(path) & set(OPEN_FIELDS)
    ]


async def live(bank: Bank, name: str) -> list[WorkflowHistory]:
    """The histories of a case that saw it all: hold, a while without the ledger, release, a notice, continue-as-new."""
    ledger = Switched(bank.ledger.engine, bank.ledger.url)
    ledger.away.clear()
    bank.add_account(name, (4, 500))
    skipper = TimeSkipper(bank.client, config=TimeSkippingConfig(max_session_skip_count=500))
    async with worker.running_workers(bank.client, bank.settings, ledger, worker.channels(bank.settings, ledger)):
        await bank.start(name, history_bound=40)
        handle = bank.handle(name)
        assert (await ask(bank.client, name, Hold(id="h", reason=HoldReason.PAUSE))).accepted
        ledger.away.set()
        await handle.signal(DOORBELL)
        while not (await handle.describe()).raw_description.pending_activities:
            await asyncio.sleep(0.05)
        ledger.away.clear()
        assert (await ask(bank.client, name, Release(id="r", hold_id="h"))).accepted
        await skipper.fast_forward(handle, timedelta(days=2))
        await handle.signal("unknown", "content")
        while len(await histories(bank.client, handle.id)) == 1:
            await handle.signal(DOORBELL)
        state = await look(bank.client, name)
        assert (state.ladder.total_given, state.quarantined, state.closure) == (1, 1, None)
        await handle.terminate("the end", f"a remark on {name}/1")
        return await histories(bank.client, handle.id)


@pytest.fixture
def bank(kept: Kept, tmp_path: Path) -> Bank:
    return bank_with(kept.server, FIRST, tmp_path)


def test_nothing_of_a_case_is_readable_in_what_the_server_keeps(kept: Kept) -> None:
    runs, canary = kept.under_a_key, b"under-a-key/1"
    kinds = {path[0] for path, _ in payloads_in(runs)}
    assert {
        "workflow_execution_started_event_attributes",
        "workflow_execution_update_accepted_event_attributes",
        "workflow_execution_update_completed_event_attributes",
        "workflow_execution_signaled_event_attributes",
        "workflow_execution_continued_as_new_event_attributes",
        "workflow_execution_terminated_event_attributes",
        "activity_task_scheduled_event_attributes",
        "activity_task_completed_event_attributes",
        "marker_recorded_event_attributes",
        "user_metadata",
    } <= kinds
    open_ones = [(path, payload) for path, payload in payloads_in(runs) if payload.metadata["encoding"] != ENCODING]
    # the engine's own bookkeeping of a local activity: number, kind and time, nothing of the case
    assert {path[:3] for path, _ in open_ones} == {("marker_recorded_event_attributes", "details", "data")}
    assert not [payload for _, payload in open_ones if canary in payload.data or b"past due" in payload.data]
    assert canary not in b"".join(event.SerializeToString() for run in runs for event in run.events)


def test_the_servers_file_tells_of_the_case_in_the_open_and_not_of_the_one_under_a_key(kept: Kept) -> None:
    file = kept.file()
    assert ENCODING not in {payload.metadata["encoding"] for _, payload in payloads_in(kept.in_the_open)}
    assert b"in-the-open/1" in file
    assert b"Account in-the-open" in file
    assert b"case/under-a-key" in file
    assert b"under-a-key/1" not in file
    assert b"Account under-a-key" not in file


def test_failures_are_encrypted_too(kept: Kept) -> None:
    found = [m for run in kept.under_a_key for event in run.events for _, m in messages_in(event)]
    failures = [m for m in found if isinstance(m, Failure) and not m.HasField("server_failure_info")]
    assert failures
    for failure in failures:
        assert (failure.message, failure.stack_trace) == ("Encoded failure", "")
        assert failure.encoded_attributes.metadata["encoding"] == ENCODING


async def test_a_case_under_a_key_replays_with_its_converter_and_not_with_another(kept: Kept) -> None:
    assert len(kept.under_a_key) > 1
    for run in kept.under_a_key:
        await _replayer(FIRST).replay_workflow(run)
        with pytest.raises(RuntimeError, match="activation completion failed"):
            await _replayer(SECOND).replay_workflow(run)


def _replayer(keys: str) -> Replayer:
    # The namespace is part of what binds a payload: a replayer needs the one in which the history was written.
    return Replayer(
        workflows=[CaseWorkflow],
        namespace="default",
        data_converter=data_converter(Settings(payload_key=keys)),
        workflow_runner=worker.workflow_runner(),
    )


async def test_what_a_case_cannot_decrypt_is_quarantined_and_the_case_lives(kept: Kept, bank: Bank) -> None:
    bank.add_account("noise", (4, 500))
    async with serving(bank):
        await bank.start("noise")
        handle = bank.handle("noise")
        written = (await EncryptionCodec(Keys.parse(FIRST)).encode([Payload(data=b"{}")]))[0]
        broken = [
            written,  # bound to no workflow
            Payload(metadata=written.metadata, data=written.data[:20]),
            Payload(metadata={"encoding": ENCODING}),
            Payload(metadata={"encoding": b"binary/nobody-knows"}, data=b"\xff\x00"),
            Payload(data=b"no encoding"),
        ]
        for name in ("ledger_changed", "no_such_name"):
            for payload in broken:
                await _signal(bank.client, handle.id, name, payload)
        with pytest.raises(InputError, match="hold h-other was refused"):
            await ask(client_with(kept.server, SECOND), "noise", Hold(id="h-other"))
        assert (await ask(bank.client, "noise", Hold(id="h"))).accepted
        state = await look(bank.client, "noise")
        assert state.quarantined == 10
        assert [held.id for held in state.holds] == ["h"]
        await handle.terminate()


async def _signal(client: Client, workflow_id: str, name: str, payload: Payload) -> None:
    await client.workflow_service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            signal_name=name,
            input=Payloads(payloads=[payload]),
        )
    )


async def test_a_client_with_another_key_is_told_so(kept: Kept, bank: Bank) -> None:
    bank.add_account("locked", (4, 500))
    async with serving(bank):
        await bank.start("locked")
        other = client_with(kept.server, SECOND)
        with pytest.raises(SurroundingsError, match="account locked cannot be read: is DUECOURSE_PAYLOAD_KEY the key"):
            await look(other, "locked")
        bank.client = other
        with pytest.raises(SurroundingsError, match="case/locked cannot be read: is DUECOURSE_PAYLOAD_KEY the key"):
            await bank.start("locked")
        await bank.handle("locked").terminate()


async def test_a_case_lives_on_when_the_key_changes(kept: Kept, bank: Bank) -> None:
    bank.add_account("rotated", (4, 500))
    async with serving(bank):
        await bank.start("rotated")
        assert (await ask(bank.client, "rotated", Hold(id="before"))).accepted
    both = f"{SECOND} {FIRST}"
    bank.settings = Settings(data_dir=bank.settings.data_dir, payload_key=both)
    bank.client = client_with(kept.server, both)
    async with serving(bank):
        assert (await ask(bank.client, "rotated", Hold(id="after"))).accepted
        assert [held.id for held in (await look(bank.client, "rotated")).holds] == ["before", "after"]
        assert not (await bank.start("rotated")).opened
        runs = await histories(bank.client, "case/rotated")
        used = {payload.metadata.get("key-id") for _, payload in payloads_in(runs)}
        assert {b"first", b"second"} <= used
        await bank.handle("rotated").terminate()
