"""The files that come with this package, and files of the user: their names and texts."""

from __future__ import annotations

from importlib.resources import files
from os import PathLike

from domain.model.errors import InputError
from policies.source import MOST_CHARACTERS

_SUFFIX = ".yaml"


def names(folder: str) -> tuple[str, ...]:
    """The files of a folder, without their suffix, in order."""
    found = (entry.name for entry in files("policies").joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def label(folder: str, name: str) -> str:
    return f"{folder}/{name}{_SUFFIX}"


def text(folder: str, name: str, kind: str) -> str:
    """The text of a file of this package; raises InputError for an unknown name."""
    if name not in names(folder):
        raise InputError(f"no {kind} {name!r}: there are {', '.join(names(folder))}")
    return files("policies").joinpath(folder, name + _SUFFIX).read_text(encoding="utf-8")


def user_text(path: PathLike[str] | str, kind: str) -> str:
    """The text of a user's file; raises InputError when it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as unreadable:
        reason = unreadable.strerror if isinstance(unreadable, OSError) else "it is no UTF-8 text"
        raise InputError(f"{kind} {path} cannot be read: {reason}") from unreadable
