"""The text of a policy file, read so that every fault can be shown at its line and column."""

from __future__ import annotations

import re
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
MOST_DIGITS = 15
"""No number that people write into a policy is longer."""
_CORE = "tag:yaml.org,2002:"
_END = "\n"
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for line ends and tabs, and surrogates: no screen shows them and no file holds them."""


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
    unreadable: set[Place] = field(default_factory=set)
    """Values that are a fault by themselves: what stands in their stead says nothing."""

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
    lines = text.replace("\r\n", "\n")
    if found := _NO_TEXT.search(lines):
        at = found.start()
        place = f"{lines.count(_END, 0, at) + 1}:{at - lines.rfind(_END, 0, at)}"
        raise InputError(f"{label}:{place}: {_no_text(found[0])}")
    try:
        root = YAML(typ="rt").compose(lines)
    except (YAMLError, RecursionError) as broken:
        _broken(label, broken)
    if root is None:
        raise InputError(f"{label}:1:1: the file is empty")
    _Reader(source).read(root)
    return source


def _no_text(sign: str) -> str:
    """What is wrong with this character, which itself is not shown."""
    what = "a surrogate, half a character" if "\ud800" <= sign <= "\udfff" else "a control character"
    return f"U+{ord(sign):04X} is {what}: remove it"


def _broken(label: str, broken: Exception) -> NoReturn:
    mark = broken.problem_mark if isinstance(broken, MarkedYAMLError) else None
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = getattr(broken, "problem", None) or getattr(broken, "reason", None) or "nested too deeply"
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
        self._source.unreadable.add(_place(node))

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
            key = self._text(key_node)
            if key in data:
                self._fault(key_node, f'the key "{key}" stands here a second time: remove one of them')
                continue
            self._source.keys[(*path, key)] = _place(key_node)
            data[key] = self._value(value_node, (*path, key))
        return data

    def _scalar(self, node: ScalarNode) -> Data:
        kind, text = str(node.tag).removeprefix(_CORE), self._text(node)
        match kind:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" if text.lstrip("+-").isdecimal():
                return self._number(node, text)
            case "str":
                return text if node.style else Unquoted(text)
            case "float" | "int" | "timestamp":
                return Unquoted(text)
            case _:
                self._fault(node, f"the tag {node.tag} is not allowed: policies are plain data")
                return None

    def _text(self, node: Node) -> str:
        text = str(node.value)
        if found := _NO_TEXT.search(text):
            self._fault(node, _no_text(found[0]))
            return ""
        return text

    def _number(self, node: ScalarNode, text: str) -> int:
        if len(text) > MOST_DIGITS:
            self._fault(node, f"a number of {len(text)} digits: write at most {MOST_DIGITS}")
            return 0
        return int(text)


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
