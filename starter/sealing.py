"""Sealing of the little free text that the ledger keeps: AES-256-GCM, bound to what it is about."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.model.errors import InputError
from starter.encryption import Keys
from starter.settings import Settings

_NONCE_BYTES = 12
NO_KEY = "the ledger has no key for what is sealed: name a file that holds it in DUECOURSE_LEDGER_KEY_FILE"


def ledger_keys(settings: Settings) -> Keys:
    """The keys of what is sealed in the ledger; raises InputError where none is named."""
    if settings.ledger_key_file is None:
        raise InputError(NO_KEY)
    try:
        return Keys.parse(_content(settings.ledger_key_file))
    except InputError as wrong:
        raise InputError(f"DUECOURSE_LEDGER_KEY_FILE: {wrong}") from wrong


def seal(text: str, keys: Keys, about: str) -> str:
    """The text, encrypted under the current key, readable only as about the same thing."""
    key, nonce = keys.current, os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key.secret).encrypt(nonce, text.encode(), _additional(key.id, about))
    return f"{key.id}:{b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, keys: Keys, about: str) -> str:
    """The text again; raises InputError when its key is not there, or it is not what was sealed about this."""
    key_id, _, content = sealed.partition(":")
    key = keys.find(key_id)
    if key is None:
        raise InputError(f"it was sealed under the key {key_id}, which is not in DUECOURSE_LEDGER_KEY_FILE")
    data = b64decode(content)
    try:
        return AESGCM(key.secret).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _additional(key_id, about)).decode()
    except (InvalidTag, ValueError) as error:
        raise InputError(f"it is not what was sealed about {about}: somebody changed the ledger, or the key") from error


def _additional(key_id: str, about: str) -> bytes:
    return f"{key_id}\n{about}".encode()


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read") from error
