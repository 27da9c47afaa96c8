"""The rooms of the house stay what they are: who imports whom, and where there is no clock, no chance and no I/O."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("domain", "workflows", "activities", "ledger", "policies", "starter")
PURE = sorted((ROOT / "domain").rglob("*.py"))
PASSED_THROUGH = [
    *sorted((ROOT / "domain" / "model").rglob("*.py")),
    *(ROOT / "workflows" / name for name in ("alarm.py", "doors.py", "entity.py", "names.py", "options.py", "page.py")),
    *sorted((ROOT / "workflows" / "ports").rglob("*.py")),
]
UNREPEATABLE_MODULES = {"os", "random", "secrets", "socket", "subprocess", "time", "uuid", "pathlib", "requests"}
UNREPEATABLE_CALLS = {"now", "today", "utcnow", "open", "uuid4", "urandom", "input", "print"}


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def _calls(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                receiver = function.value.id if isinstance(function.value, ast.Name) else ""
                # workflow.now() is the engine's clock: the one that replays
                if not (receiver == "workflow" and function.attr == "now"):
                    yield function.attr
            elif isinstance(function, ast.Name):
                yield function.id


@pytest.mark.parametrize("path", sorted({*PURE, *PASSED_THROUGH}), ids=lambda path: str(path.relative_to(ROOT)))
def test_decisions_and_the_loop_have_no_clock_no_chance_and_no_io(path: Path) -> None:
    assert not UNREPEATABLE_MODULES & set(_modules(path))
    assert not UNREPEATABLE_CALLS & set(_calls(path))


def test_what_the_sandbox_passes_through_is_what_is_checked_here() -> None:
    import worker

    checked = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PASSED_THROUGH}
    for name in worker.PASSED_THROUGH:
        assert any(module == name or module.startswith(f"{name}.") for module in checked)


def test_nothing_imports_the_composition_root() -> None:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            assert "worker" not in set(_modules(path)), path


def test_the_domain_runs_nothing_when_it_is_imported() -> None:
    for package in (ROOT / "domain", ROOT / "domain" / "model"):
        assert (package / "__init__.py").read_text(encoding="utf-8").strip() == ""


@pytest.mark.parametrize("room", ["domain.audit", "workflows", "ledger"])
def test_a_room_that_knows_the_words_only_is_held_to_them_whatever_module_comes_next(room: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (contract,) = [contract for contract in contracts if contract["source_modules"] == [room]]
    modules = {f"domain.{path.stem}" for path in (ROOT / "domain").iterdir() if path.stem[:1] not in "_."}
    assert modules - {"domain.model", room} <= set(contract["forbidden_modules"])


@pytest.mark.parametrize(
    ("where", "planted"),
    [
        ("domain/delinquency.py", "import sqlalchemy"),
        ("domain/model/money.py", "import temporalio"),
        ("domain/audit/chain.py", "import domain.stopping"),
        ("workflows/case.py", "import domain.case.decide"),
        ("ledger/entries.py", "import domain.delinquency"),
        ("activities/advance.py", "import workflows.entity"),
        ("starter/cases.py", "import worker"),
        ("policies/load.py", "import ledger.engine"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(tmp_path: Path, where: str, planted: str) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "worker.py").write_text("", encoding="utf-8")
    assert _contracts_hold(tmp_path)
    file = tmp_path / where
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    assert not _contracts_hold(tmp_path)


def _contracts_hold(folder: Path) -> bool:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], check=False, cwd=folder, capture_output=True, text=True)
    assert "Contracts" in done.stdout, done.stderr
    return done.returncode == 0
