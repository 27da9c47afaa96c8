"""Marks inside a text while it is rendered: which words say a required token, which are a name, which part they are.

A token counts only when words that say it stand in the finished text. No value can forge a mark: values lose every
private-use character before they are rendered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_OPEN, _SAYS, _CLOSE, _NAME, _NAMED, _PART, _PARTED = (chr(0xE000 + i) for i in range(7))
_SAID = re.compile(f"{_OPEN}([^{_OPEN}-{_CLOSE}]*){_SAYS}([^{_OPEN}-{_CLOSE}]*){_CLOSE}")
_NAMES = re.compile(f"{_NAME}[^{_NAMED}]*{_NAMED}")
_PARTS = re.compile(f"{_PART}([a-z_]+){_PARTED}")


@dataclass(frozen=True)
class Marked:
    """The words of one part."""

    text: str
    without_names: str
    """The same for the search of words that must not stand there: a person may be called anything."""
    words: Mapping[str, str]
    """Tokens that this part says, each with the words that say it."""

    @property
    def said(self) -> frozenset[str]:
        """Tokens that words of this part say."""
        return frozenset(self.words)


def says(text: str, *tokens: str) -> str:
    """Filter of templates: these words say these tokens."""
    return f"{_OPEN}{','.join(tokens)}{_SAYS}{text}{_CLOSE}"


def named(name: str | None) -> str | None:
    """A name, marked."""
    return name and f"{_NAME}{name}{_NAMED}"


def part(name: str) -> str:
    """Function of templates: the part of this name begins."""
    return f"{_PART}{name}{_PARTED}"


def parts(rendered: str) -> dict[str, Marked]:
    """The parts of a rendered template, without marks."""
    _, *pieces = _PARTS.split(rendered)
    return {name: _read(text) for name, text in zip(pieces[::2], pieces[1::2], strict=True)}


def _read(marked: str) -> Marked:
    words: dict[str, str] = {}

    def note(match: re.Match[str]) -> str:
        for token in match[1].split(",") if match[2].strip() else ():
            words[token] = f"{words.get(token, '')}\n{_unmarked(match[2])}".strip()
        return match[2]

    while _SAID.search(marked):
        marked = _SAID.sub(note, marked)
    return Marked(_tidy(_unmarked(marked)), _tidy(_NAMES.sub("", marked)), words)


def _unmarked(text: str) -> str:
    return text.replace(_NAME, "").replace(_NAMED, "")


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines, and with at most one empty line between paragraphs."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)).strip()
