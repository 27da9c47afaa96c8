"""Encryption of everything that a case stores in Temporal: AES-256-GCM, bound to its namespace and workflow."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from domain.model.errors import InputError
from starter.settings import Settings

ENCODING = b"binary/encrypted"
UNREADABLE = b"binary/unreadable"
_NONCE_BYTES = 12
_KEY = re.compile(r"(?P<id>[\w.-]{1,64}):(?P<digits>[0-9a-fA-F]{64})", re.ASCII)


@dataclass(frozen=True)
class Key:
    """A data key and the name by which a payload says that it was used."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``<key id>:<64 hexadecimal digits>``; the text itself never appears in an error."""
        written = _KEY.fullmatch(text)
        if written is None:
            raise InputError("a payload key must be '<key id>:<64 hexadecimal digits>'")
        return cls(written["id"], bytes.fromhex(written["digits"]))


@dataclass(frozen=True)
class Keys:
    """The key that encrypts, and those before it, which only read what was written with them."""

    current: Key
    earlier: tuple[Key, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Keys:
        """Read keys set apart by white space, the one that encrypts first."""
        keys = [Key.parse(word) for word in text.split()] or [Key.parse("")]
        if len({key.id for key in keys}) != len(keys):
            raise InputError("two payload keys have the same key id: give every key an id of its own")
        return cls(keys[0], tuple(keys[1:]))

    def find(self, key_id: str) -> Key | None:
        return next((key for key in (self.current, *self.earlier) if key.id == key_id), None)


def payload_keys(settings: Settings) -> Keys | None:
    """The keys that the settings name, or None: payloads stay readable."""
    if settings.payload_key is not None:
        return Keys.parse(settings.payload_key.get_secret_value())
    if settings.payload_key_file is None:
        return None
    try:
        return Keys.parse(settings.payload_key_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the payload key file {settings.payload_key_file} cannot be read") from error


@dataclass(frozen=True)
class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Encrypts each payload under the current key, with namespace and workflow id as additional data.

    So a payload of one case can't be pasted into another. What can't be decrypted becomes an unreadable payload:
    a typed reader refuses it, and the case's door puts it into quarantine instead of failing for ever. What was never
    encrypted is read as it is: a case that began before there was a key lives on, and so do an operator's doorbells.
    """

    keys: Keys
    bound_to: bytes = b""

    def with_context(self, context: SerializationContext) -> EncryptionCodec:
        if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return replace(self, bound_to=f"{context.namespace}\n{context.workflow_id or ''}".encode())
        return self

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        key, nonce = self.keys.current, os.urandom(_NONCE_BYTES)
        sealed = AESGCM(key.secret).encrypt(nonce, payload.SerializeToString(), self._additional(key))
        return Payload(metadata={"encoding": ENCODING, "key-id": key.id.encode()}, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata.get("key-id", b"")
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        key = self.keys.find(name.decode(errors="replace"))
        unreadable = Payload(metadata={"encoding": UNREADABLE, "key-id": name})
        if key is None:
            return unreadable
        try:
            return Payload.FromString(AESGCM(key.secret).decrypt(nonce, sealed, self._additional(key)))
        except (InvalidTag, ValueError, DecodeError):
            return unreadable  # an error here would fail the whole workflow task, for ever

    def _additional(self, key: Key) -> bytes:
        return key.id.encode() + b"\n" + self.bound_to
