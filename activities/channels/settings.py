"""Settings of a channel: checked once when the worker starts, and what is wrong is told in one line."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from activities.channels.base import NotTaken
from domain.model.base import Model
from domain.model.errors import InputError

M = TypeVar("M", bound=Model)


def checked(kind: type[M], channel: str, values: Mapping[str, str]) -> M:
    """The settings of a channel from ``DUECOURSE_<CHANNEL>__<NAME>``. Raises InputError without their values."""
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        place = "__".join(str(part) for part in (channel, *first["loc"])).upper()
        raise InputError(f"DUECOURSE_{place}: {first['msg']}") from None


def secret(file: Path) -> str:
    """What a secret's file holds, read at every use: a new one counts at once. Raises NotTaken."""
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text or any(not sign.isprintable() for sign in text):
        raise NotTaken(f"the secret's file {file} cannot be read or is not one line: put the secret into it")
    return text
