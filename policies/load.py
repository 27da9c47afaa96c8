"""Loading of strategies and rule packs: from the files of this package, or from a file of the user."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from os import PathLike
from typing import cast

from domain.model.errors import InputError
from domain.model.rules import Rules
from domain.model.strategy import Strategy
from policies.faults import build
from policies.files import PACK_WORDS, STRATEGY_WORDS, PackFile, StrategyFile
from policies.source import MOST_CHARACTERS, Data, Fault, Path, Source, parse

_SUFFIX = ".yaml"


def strategy_names() -> tuple[str, ...]:
    """The strategies that come with this package."""
    return _names("strategies")


def rules_names() -> tuple[str, ...]:
    """The rule packs that come with this package."""
    return _names("rules")


@cache
def load_strategy(name: str) -> Strategy:
    """A strategy of this package; raises InputError for an unknown name."""
    return _strategy(_text("strategies", name, "strategy"), f"strategies/{name}{_SUFFIX}")


def load_strategy_file(path: PathLike[str] | str) -> Strategy:
    """A strategy from a file; raises InputError that names file, line and column of every fault."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as unreadable:
        reason = unreadable.strerror if isinstance(unreadable, OSError) else "it is no UTF-8 text"
        raise InputError(f"strategy file {path} cannot be read: {reason}") from unreadable
    return _strategy(text, str(path))


@cache
def load_rules(name: str) -> Rules:
    """A rule pack of this package; raises InputError for an unknown name."""
    return parse_rules(_text("rules", name, "rule pack"), f"rules/{name}{_SUFFIX}")


def parse_rules(text: str, label: str) -> Rules:
    """The rules of a pack's text; raises InputError that names file, line and column of every fault."""
    source = parse(text, label)
    pack = build(lambda: PackFile.model_validate(source.data), source, PACK_WORDS)
    source.faults += [
        Fault(source.place_of(path), f'no source "{name}": add it under sources')
        for path, name in pack.unknown_sources()
    ]
    source.refuse()
    return build(pack.rules, source, PACK_WORDS, lambda path: ("windows",) if path == ("window",) else path)


def _strategy(text: str, label: str) -> Strategy:
    source = parse(text, label)
    written = build(
        lambda: StrategyFile.model_validate(source.data),
        source,
        STRATEGY_WORDS,
        lambda path: path or _misplaced(source.data),
    )
    source.faults += _misfits(written, source)
    source.refuse()
    return written.strategy()


def _misfits(strategy: Strategy, source: Source) -> list[Fault]:
    """Where the strategy does not fit the rule pack that it was made for."""
    if strategy.rules not in rules_names():
        known = ", ".join(rules_names())
        return [Fault(source.place_of(("rules",)), f'no rule pack "{strategy.rules}": there are {known}')]
    window = load_rules(strategy.rules).window
    if window.open <= strategy.send_at < window.close:
        return []
    hours = f"{window.open:%H:%M} to {window.close:%H:%M}"
    text = f"send_at: {strategy.send_at:%H:%M} is outside the hours of contact of {strategy.rules} ({hours})"
    return [Fault(source.place_of(("send_at",)), text)]


def _misplaced(data: Data) -> Path:
    """The step of the ladder that breaks its order, for a fault that only the whole strategy shows."""
    steps = cast("dict[str, list[dict[str, dict[str, str | int]]]]", data)["ladder"]
    ids = [step["id"] for step in steps]
    for i, step in enumerate(steps):
        if step["id"] in ids[:i]:
            return ("ladder", i, "id")
    if "after_previous" in steps[0]["due"].values():
        return ("ladder", 0, "due")
    most = 0
    for i, due in enumerate(step["due"] for step in steps):
        if "after_previous" not in due.values():
            if int(due["days"]) < most:
                return ("ladder", i, "due", "days")
            most = int(due["days"])
    return ("least_amount",)


def _names(folder: str) -> tuple[str, ...]:
    found = (entry.name for entry in files("policies").joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def _text(folder: str, name: str, kind: str) -> str:
    if name not in _names(folder):
        raise InputError(f"no {kind} {name!r}: there are {', '.join(_names(folder))}")
    return files("policies").joinpath(folder, name + _SUFFIX).read_text(encoding="utf-8")
