"""The text of a policy file, read so that every fault can be shown at its line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from domain.model.errors import InputError

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, counted from 1."""
Data = dict[str, "Data"] | list["Data"] | str | int | bool | None

MOST_CHARACTERS = 1_000_000
"""A policy file is written by people; a larger one is a mistake or an attack."""
_CORE = "tag:yaml.org,2002:"


class Unquoted(str):
    """A text that stands without quotes in the file: where it could be read in two ways, it is refused."""

    __slots__ = ()


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where."""

    place: Place
    text: str


@dataclass
class Source:
    """A parsed policy file: its data, and the place of every key and value."""

    label: str
    data: Data = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place_of(self, path: Sequence[str | int], *, key: bool = False) -> Place:
        """The place of a value (or key); of the nearest enclosing one when the path is not in the file."""
        known: Path = ()
        for part in path:
            # Parts that pydantic adds, such as the name of a variant, stand nowhere in the file.
            known = (*known, part) if (*known, part) in self.values else known
        places = self.keys if key and known in self.keys else self.values
        return places.get(known, (1, 1))

    def refuse(self) -> None:
        """Raises InputError with one line for each fault, in the order of the file."""
        if self.faults:
            ordered = sorted(self.faults, key=lambda fault: fault.place)
            lines = dict.fromkeys(f"{self.label}:{f.place[0]}:{f.place[1]}: {f.text}" for f in ordered)
            raise InputError("\n".join(lines))


def parse(text: str, label: str) -> Source:
    """Read YAML 1.2 without aliases, tags of its own and duplicate keys; raises InputError for broken syntax."""
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"{label}:1:1: larger than {MOST_CHARACTERS:,} characters: this is no policy file")
    source = Source(label)
    try:
        root = YAML(typ="rt").compose(text)
    except (YAMLError, RecursionError) as broken:
        _broken(label, broken)
    if root is None:
        raise InputError(f"{label}:1:1: the file is empty")
    _Reader(source).read(root)
    return source


def _broken(label: str, broken: Exception) -> NoReturn:
    mark = broken.problem_mark if isinstance(broken, MarkedYAMLError) else None
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = getattr(broken, "problem", None) or "nested too deeply or no text"
    raise InputError(f"{label}:{line}:{column}: not readable as YAML: {problem}") from broken


class _Reader:
    """Turns nodes into plain data and notes the place of each."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[int] = set()

    def read(self, root: Node) -> None:
        self._source.data = self._value(root, ())

    def _fault(self, node: Node, text: str) -> None:
        self._source.faults.append(Fault(_place(node), text))

    def _value(self, node: Node, path: Path) -> Data:
        self._source.values[path] = _place(node)
        if id(node) in self._seen:
            self._fault(node, "anchors and aliases are not allowed: write the value out")
            return None
        self._seen.add(id(node))
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return [self._value(child, (*path, i)) for i, child in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node)
            case _:
                raise AssertionError(f"a YAML node of an unknown kind: {node}")

    def _mapping(self, node: MappingNode, path: Path) -> Data:
        data: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in data:
                self._fault(key_node, f'the key "{key}" stands here a second time: remove one of them')
                continue
            self._source.keys[(*path, key)] = _place(key_node)
            data[key] = self._value(value_node, (*path, key))
        return data

    def _scalar(self, node: ScalarNode) -> Data:
        kind, text = str(node.tag).removeprefix(_CORE), str(node.value)
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if text.lstrip("+-").isdecimal():
                return int(text)
            case "str":
                return text if node.style else Unquoted(text)
            case "float" | "int" | "timestamp":
                return Unquoted(text)
            case _:
                self._fault(node, f"the tag {node.tag} is not allowed: policies are plain data")
                return None


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
