"""What stands in a record for people must be a code or a reference: a free text could hold personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from domain.model.errors import InputError

_CODE = re.compile(r"[!-?A-~]{1,100}")  # printable ASCII without blanks and @


def code(what: str, text: str) -> str:
    """The text, if it is a code; ``what`` names it in the InputError that this raises otherwise."""
    if not _CODE.fullmatch(text):
        raise InputError(f"{what} is no code: write up to 100 letters, digits and signs without blanks or @")
    return text


def codes_only(what: str, value: JsonValue) -> JsonValue:
    """The value, if every name and text in it is a code; raises InputError otherwise."""
    if isinstance(value, str):
        code(what, value)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            codes_only(f"{what}: {code(what, name)}", inner)
    elif isinstance(value, Sequence):
        for inner in value:
            codes_only(what, inner)
    return value
