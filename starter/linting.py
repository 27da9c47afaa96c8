"""Linting of rule packs: each is read with what it stands on, and its worked examples are put to the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar

from domain.model.errors import InputError
from domain.model.pack import Pack
from policies.examples import Example, packaged_examples, parse_examples
from policies.packaged import user_text
from policies.packs import Shelf, pack_names
from policies.source import parse
from policies.stacks import expired
from starter.answers import answer

Args = ParamSpec("Args")
Read = TypeVar("Read")


@dataclass
class Lint:
    """What was looked at, and what is wrong with it."""

    packs: int = 0
    examples: int = 0
    faults: list[str] = field(default_factory=list)
    """Of files: each with file, line and column."""
    failures: list[str] = field(default_factory=list)
    """Worked examples that do not hold."""
    notes: list[str] = field(default_factory=list)

    def tried(self, read: Callable[Args, Read], *args: Args.args, **named: Args.kwargs) -> Read | None:
        """What was read; None when it has faults, which are told."""
        try:
            return read(*args, **named)
        except InputError as wrong:
            self.faults += [line for line in str(wrong).splitlines() if line not in self.faults]
            return None


def lint_packaged(on: date) -> Lint:
    """The packs and worked examples of this package, as they hold on a day."""
    report, shelf = Lint(), Shelf()
    packs = [pack for name in pack_names() if (pack := report.tried(shelf.pack, name))]
    examples = report.tried(packaged_examples, shelf) or ()
    _judge(report, shelf, packs, examples, examples)
    report.notes += expired(packs, on)
    return report


def lint_files(files: Sequence[Path], on: date) -> Lint:
    """Files of the user, each a rule pack or worked examples; they may name each other, and our packs."""
    report = Lint()
    texts = {str(file): text for file in files if (text := report.tried(user_text, file, "file")) is not None}
    sources = {label: source for label, text in texts.items() if (source := report.tried(parse, text, label))}
    of_packs = {label: texts[label] for label, source in sources.items() if not isinstance(source.data, list)}
    shelf = Shelf(of_packs)
    packs = [pack for label, text in of_packs.items() if (pack := report.tried(shelf.parse, text, label))]
    own = [
        example
        for label in sources.keys() - of_packs.keys()
        for example in report.tried(parse_examples, texts[label], label, shelf) or ()
    ]
    named = {name for pack in packs for name in pack.examples}
    ours = (report.tried(packaged_examples, shelf) or ()) if named else ()
    chosen = {example.id: example for example in ours if example.id in named} | {e.id: e for e in own}
    _judge(report, shelf, packs, [*own, *ours], tuple(chosen.values()))
    report.notes += expired(packs, on)
    return report


def _judge(
    report: Lint, shelf: Shelf, packs: Sequence[Pack], known: Sequence[Example], examples: Sequence[Example]
) -> None:
    """Counts, examples that do not exist, and examples that fail."""
    report.packs, report.examples = len(packs), len(examples)
    ids = {example.id for example in known}
    for pack in packs:
        report.failures += [f'{pack.id}: no worked example "{name}"' for name in pack.examples if name not in ids]
        if not pack.examples:
            report.notes.append(f"{pack.id}: no worked example proves it")
    for example in examples:
        found = report.tried(answer, example, shelf)
        report.failures += [f"{example.id}: {fault}" for fault in (found.faults if found else ())]
