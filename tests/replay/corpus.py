"""The replay corpus: recorded histories as files, each recording with a manifest of the code that it was made by."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from temporalio.client import WorkflowHistory

ROOT = Path(__file__).parents[2]
HISTORIES = Path(__file__).parent / "histories"
STRATEGY = Path("policies/strategies/card-standard.yaml")
DECIDE = Path("domain/case")
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Code:
    """What decides, by its digests: the shipped strategy, and the modules of `decide`."""

    strategy_sha256: str
    decide_sha256: str


@dataclass(frozen=True)
class Manifest:
    """Which commit a recording was made by, and with which deciding code."""

    commit: str
    code: Code

    def write(self, folder: Path) -> None:
        (folder / _MANIFEST).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        values = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return cls(values["commit"], Code(**values["code"]))


def code_of(root: Path = ROOT) -> Code:
    """The digests of a tree as it stands."""
    modules = sorted((root / DECIDE).glob("*.py"))
    listing = "".join(f"{module.name} {_sha256(module)}\n" for module in modules)
    return Code(_sha256(root / STRATEGY), hashlib.sha256(listing.encode()).hexdigest())


def recordings(folder: Path = HISTORIES) -> list[Path]:
    """One folder for each recording, named by its commit."""
    return sorted(manifest.parent for manifest in folder.glob(f"*/{_MANIFEST}"))


def histories(recording: Path) -> Mapping[str, WorkflowHistory]:
    """The histories of a recording by name."""
    files = [file for file in sorted(recording.glob("*.json")) if file.name != _MANIFEST]
    return {file.stem: WorkflowHistory.from_json(f"case/{file.stem}", file.read_text("utf-8")) for file in files}


def contents(history: str) -> str:
    """All that a recorded history says, payloads in clear: to search it for what must not be there."""
    return "\n".join([history, *_payloads(json.loads(history))])


def _payloads(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("data"), str) and "metadata" in value:
            yield base64.b64decode(value["data"]).decode(errors="replace")
        for part in value.values():
            yield from _payloads(part)
    elif isinstance(value, list):
        for part in value:
            yield from _payloads(part)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
