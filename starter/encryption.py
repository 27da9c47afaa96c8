"""Encryption of everything that a case stores in Temporal: AES-256-GCM, bound to its namespace and workflow."""

from __future__ import annotations

import binascii
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
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


@dataclass(frozen=True)
class Key:
    """A data key and the name by which a payload says that it was used."""

    id: str
    secret: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``<key id>:<64 hexadecimal digits>``; the text itself never appears in an error."""
        key_id, _, digits = text.strip().partition(":")
        try:
            secret = binascii.unhexlify(digits)
        except (binascii.Error, ValueError):
            secret = b""
        if not key_id or len(secret) != 32:
            raise InputError("the payload key must be '<key id>:<64 hexadecimal digits>'")
        return cls(key_id, secret)


def payload_key(settings: Settings) -> Key | None:
    """The key that the settings name, or None: payloads stay readable."""
    if settings.payload_key is not None:
        return Key.parse(settings.payload_key.get_secret_value())
    if settings.payload_key_file is None:
        return None
    try:
        return Key.parse(settings.payload_key_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the payload key file {settings.payload_key_file} cannot be read") from error


@dataclass(frozen=True)
class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Encrypts each payload under one key, with namespace and workflow id as additional data.

    So a payload of one case can't be pasted into another. What can't be decrypted becomes an unreadable payload:
    a typed reader refuses it, and the case's door puts it into quarantine instead of failing for ever.
    """

    key: Key
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
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.key.secret).encrypt(nonce, payload.SerializeToString(), self._additional(self.key.id))
        return Payload(metadata={"encoding": ENCODING, "key-id": self.key.id.encode()}, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get("key-id", b"").decode(errors="replace")
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            opened = AESGCM(self.key.secret).decrypt(nonce, sealed, self._additional(key_id))
            return Payload.FromString(opened)
        except (InvalidTag, ValueError):
            return Payload(metadata={"encoding": UNREADABLE, "key-id": key_id.encode()})

    def _additional(self, key_id: str) -> bytes:
        return key_id.encode() + b"\n" + self.bound_to
