"""What is wrong with a policy file, in words for the people who wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from types import ModuleType
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from policies.source import Fault, Path, Source

Built = TypeVar("Built", bound=BaseModel)
Locate = Callable[[Path], Path]


def words_of(*modules: ModuleType) -> frozenset[str]:
    """Every key that a file of these modules' shapes may have."""
    things = (thing for module in modules for thing in vars(module).values())
    shapes = (thing for thing in things if isinstance(thing, type) and issubclass(thing, BaseModel))
    return frozenset(name for shape in shapes for name in shape.model_fields)


def build(make: Callable[[], Built], source: Source, words: Iterable[str], locate: Locate = lambda path: path) -> Built:
    """What ``make`` makes; raises InputError with every fault at its place.

    ``words`` are the keys that such a file may have; ``locate`` tells a better path for a fault of the whole.
    """
    try:
        return make()
    except ValidationError as invalid:
        source.faults += _faults(invalid.errors(include_url=False), source, sorted(words), locate)
        source.refuse()
        raise AssertionError("an invalid file has faults") from invalid


def _faults(errors: list[ErrorDetails], source: Source, words: list[str], locate: Locate) -> list[Fault]:
    """The errors at their places; those that only follow from another fault are left out."""
    told = {fault.place for fault in source.faults}
    paths = [error["loc"] for error in errors]
    # pydantic counts only the valid items of a list: with a faulty one inside it may call the list too short.
    causes = [
        error
        for error in errors
        if error["type"] != "too_short"
        or not any(p != error["loc"] and p[: len(error["loc"])] == error["loc"] for p in paths)
    ]
    faults = [_fault(error, source, words, locate) for error in causes]
    return [fault for fault in faults if fault.place not in told]


def _fault(error: ErrorDetails, source: Source, words: list[str], locate: Locate) -> Fault:
    whole = locate(error["loc"]) if error["type"] == "value_error" else error["loc"]
    path = tuple(part for part in whole if part != _KEY)
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "the file")
    match error["type"]:
        case "extra_forbidden":
            near = get_close_matches(name, words, n=1)
            hint = f': did you mean "{near[0]}"?' if near else ": remove it"
            return Fault(source.place_of(path, key=True), f'unknown key "{name}"{hint}')
        case "missing":
            return Fault(source.place_of(path[:-1]), f'"{name}" is missing')
        case "value_error":
            return Fault(source.place_of(path), str(error["msg"]).removeprefix("Value error, "))
        case _:
            message = str(error["msg"])
            place = source.place_of(path, key=_KEY in error["loc"])
            return Fault(place, f"{name}: {message[:1].lower()}{message[1:]}")


_KEY = "[key]"
"""How pydantic names the key of a mapping in a path."""
