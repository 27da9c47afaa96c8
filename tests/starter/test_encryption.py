"""The codec: what it writes only its keys read, in the place for which it was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext

from domain.model.errors import InputError
from domain.model.events import Hold
from starter.connection import data_converter
from starter.encryption import ENCODING, UNREADABLE, EncryptionCodec, Keys, payload_keys
from starter.settings import Settings, load_settings

FIRST = "first:" + "1f" * 32
SECOND = "second:" + "2e" * 32
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"account": "A-1001"}')


def codec(keys: str = FIRST, workflow_id: str = "case/A-1001", namespace: str = "default") -> EncryptionCodec:
    context = WorkflowSerializationContext(namespace=namespace, workflow_id=workflow_id)
    return EncryptionCodec(Keys.parse(keys)).with_context(context)


def encoding(payload: Payload) -> bytes:
    return payload.metadata["encoding"]


@pytest.fixture(scope="module")
async def sealed() -> Payload:
    return (await codec().encode([PLAIN]))[0]


async def test_what_was_encrypted_is_read_again_and_shows_nothing(sealed: Payload) -> None:
    assert await codec().decode([sealed]) == [PLAIN]
    assert encoding(sealed) == ENCODING
    assert b"A-1001" not in sealed.SerializeToString()
    assert b"json/plain" not in sealed.SerializeToString()


async def test_the_same_content_is_never_written_in_the_same_way(sealed: Payload) -> None:
    again = (await codec().encode([PLAIN]))[0]
    assert again.data != sealed.data
    assert again.data[:12] != sealed.data[:12]


async def test_an_activity_and_its_workflow_read_each_other(sealed: Payload) -> None:
    context = ActivitySerializationContext(
        namespace="default",
        activity_id="1",
        activity_type="advance_case",
        activity_task_queue="queue",
        workflow_id="case/A-1001",
        workflow_type="Case",
        is_local=True,
    )
    assert await EncryptionCodec(Keys.parse(FIRST)).with_context(context).decode([sealed]) == [PLAIN]


@pytest.mark.parametrize(
    "other",
    [
        codec(workflow_id="case/A-1002"),
        codec(namespace="elsewhere"),
        codec(keys="first:" + "00" * 32),
        codec(keys=SECOND),
        EncryptionCodec(Keys.parse(FIRST)),
    ],
    ids=["another workflow", "another namespace", "another key of this id", "another key id", "no workflow at all"],
)
async def test_what_was_written_for_another_place_or_key_is_unreadable(sealed: Payload, other: EncryptionCodec) -> None:
    assert [encoding(payload) for payload in await other.decode([sealed])] == [UNREADABLE]


@given(bit=st.integers(min_value=0, max_value=8 * 80 - 1))
@settings(deadline=None, max_examples=60)
async def test_a_flipped_bit_makes_it_unreadable(sealed: Payload, bit: int) -> None:
    data = bytearray(sealed.data)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    flipped = Payload(metadata=sealed.metadata, data=bytes(data))
    assert encoding((await codec().decode([flipped]))[0]) == UNREADABLE


async def test_what_was_cut_anywhere_is_unreadable(sealed: Payload) -> None:
    cut = [Payload(metadata=sealed.metadata, data=sealed.data[:length]) for length in range(len(sealed.data))]
    assert {encoding(payload) for payload in await codec().decode(cut)} == {UNREADABLE}


@pytest.mark.parametrize("key_id", [b"", b"second", b"first\n", b"\xff\xfe"])
async def test_the_name_of_the_key_cannot_be_changed(sealed: Payload, key_id: bytes) -> None:
    renamed = Payload(metadata={"encoding": ENCODING, "key-id": key_id}, data=sealed.data)
    both = codec(f"{FIRST} {SECOND}")
    assert encoding((await both.decode([renamed]))[0]) == UNREADABLE


async def test_what_is_sealed_but_no_payload_is_unreadable() -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = bytes(12)
    junk = AESGCM(bytes.fromhex("1f" * 32)).encrypt(nonce, b"\xff\xff\xff", b"first\ndefault\ncase/A-1001")
    payload = Payload(metadata={"encoding": ENCODING, "key-id": b"first"}, data=nonce + junk)
    assert encoding((await codec().decode([payload]))[0]) == UNREADABLE


async def test_what_was_never_encrypted_is_read_as_it_is() -> None:
    assert await codec().decode([PLAIN]) == [PLAIN]


async def test_an_unreadable_payload_is_refused_by_a_typed_reader(sealed: Payload) -> None:
    unreadable = await codec(keys=SECOND).decode([sealed])
    with pytest.raises(KeyError, match="binary/unreadable"):
        pydantic_data_converter.payload_converter.from_payloads(unreadable, [Hold])


async def test_a_new_key_writes_and_the_one_before_it_still_reads(sealed: Payload) -> None:
    rotated = codec(f"{SECOND}\n{FIRST}\n")
    written = (await rotated.encode([PLAIN]))[0]
    assert written.metadata["key-id"] == b"second"
    assert await rotated.decode([sealed, written]) == [PLAIN, PLAIN]
    assert encoding((await codec().decode([written]))[0]) == UNREADABLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1f" * 32,
        ":" + "1f" * 32,
        "first:" + "1f" * 31,
        "first:" + "1f" * 33,
        "first:" + "1g" * 32,
        "first " + "1f" * 32,
        f"{FIRST} second:",
        f"{FIRST},{SECOND}",
    ],
)
def test_a_key_that_cannot_be_read_is_told_without_showing_it(text: str) -> None:
    with pytest.raises(InputError) as refused:
        payload_keys(Settings(payload_key=text))
    assert str(refused.value) == "a payload key must be '<key id>:<64 hexadecimal digits>'"


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="the same key id"):
        payload_keys(Settings(payload_key=f"{FIRST} first:{'2e' * 32}"))


def test_keys_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUECOURSE_PAYLOAD_KEY", FIRST)
    loaded = load_settings()
    shown = f"{loaded!r} {loaded} {loaded.model_dump()} {payload_keys(loaded)!r} {data_converter(loaded)!r}"
    assert "1f1f" not in shown
    assert r"\x1f" not in shown


def test_keys_come_from_a_file_when_none_is_given(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{SECOND}\n{FIRST}\n", encoding="utf-8")
    keys = payload_keys(Settings(payload_key_file=file))
    assert keys is not None
    assert (keys.current.id, [key.id for key in keys.earlier]) == ("second", ["first"])
    given = payload_keys(Settings(payload_key=FIRST, payload_key_file=file))
    assert given is not None
    assert given.current.id == "first"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["absent", "not text"])
def test_a_key_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"the payload key file .* cannot be read"):
        payload_keys(Settings(payload_key_file=file))


def test_without_a_key_payloads_stay_readable() -> None:
    assert payload_keys(Settings()) is None
    assert data_converter(Settings()) is pydantic_data_converter
