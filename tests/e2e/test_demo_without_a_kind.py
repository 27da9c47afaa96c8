"""With any one kind of rule switched off in the gate, the demo's audit is red and names a rule of that kind.

The demos run as users run them, `duecourse demo` with server and worker as processes of their own; a module that the
test puts in the worker's way switches the kind off there, and nowhere else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from ledger.engine import open_ledger
from starter.auditing import audit_ledger
from tests.e2e.demo_process import start_demo

SWITCHED_OFF = "TEST_SWITCHED_OFF"
SITECUSTOMIZE = f'''
import importlib, os, sys

if sys.orig_argv[-1] == "worker" and os.environ.get("{SWITCHED_OFF}"):
    module, path = os.environ["{SWITCHED_OFF}"].split(":")
    *places, name = path.split(".")
    place = importlib.import_module(module)
    for part in places:
        place = getattr(place, part)
    setattr(place, name, lambda *_: True if name == "allows" else None)
'''
SEED, ACCOUNTS, DAYS = "17228", 14, "13"
"""With this seed customers tell, before their first notice, that they prefer other hours and that they want no more of
these messages; one has died, one is looked at later, and on one lies a hold that no pack knows."""
_HOLDS = {"cn.deceased", "base.deceased", "base.vulnerability_review"}
KINDS = {
    "windows": ("domain.compliance.windows:WindowJudge.allows", {"cn.day", "base.customer_hours"}),
    "caps": ("domain.compliance.caps:CapJudge.judge", {"cn.effective_calls"}),
    "holds": ("domain.compliance.holds:HoldJudge.judge", _HOLDS),
    "unknown holds": ("domain.compliance.holds:UnknownHoldJudge.judge", {"gate.unknown_hold"}),
    "opt-outs": ("domain.compliance.optouts:OptOutJudge.judge", {"base.keyword"}),
    "parties": ("domain.compliance.parties:PartyJudge.judge", {"cn.colleague", "cn.spouse"}),
    "emergency stops": ("domain.stopping:against", {"gate.stopped"}),
}
FOLLOWS = {"holds": {"cn.spouse"}}
"""Broken in consequence: who is spoken to, though a hold says that they died, is found, so the spouse is not called."""
AT_ONCE = 4


@dataclass(frozen=True)
class Ended:
    """How a demo ended, what its report counts, and the rules that the audit of its ledger names."""

    code: int
    breaches: int
    rules: set[str]


def portfolio(file: Path) -> Path:
    """Accounts that fall past due on the first day and are never paid."""
    lines = ["record,account,date,amount,currency,zone,minimum,due_on,reference"]
    for number in range(1, ACCOUNTS + 1):
        name = f"A-{number:02}"
        lines.append(f"account,{name},,,TWD,Asia/Taipei,,,")
        lines.append(f"statement,{name},2026-01-31,5000.00,,,500.00,2026-02-20,")
        lines.append(f"statement,{name},2026-03-08,5200.00,,,,,")
    file.write_text("\n".join([*lines, ""]))
    return file


async def run_without(switched_off: str, folder: Path) -> Ended:
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITECUSTOMIZE)
    file = portfolio(folder / "portfolio.csv")
    more = {"PYTHONPATH": str(folder), SWITCHED_OFF: switched_off}
    demo = await start_demo(folder, "--portfolio", str(file), "--days", DAYS, "--seed", SEED, "--json", more=more)
    code, _ = await demo.ended()
    assert demo.output.stat().st_size, demo.told
    report = json.loads(demo.output.read_text(encoding="utf-8"))
    (ledger,) = folder.glob("data/demo-*/ledger.db")
    found = audit_ledger(open_ledger(f"sqlite:///{ledger}"))
    assert len(found.breaches) == report["audit"]["breaches"], demo.told
    assert report["audit"]["tampered"] == 0
    return Ended(code, len(found.breaches), {breach.rule for breach in found.breaches})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ended(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Ended]]:
    """All of them, some at the same time: they mostly wait for time to skip."""
    folder, free = tmp_path_factory.mktemp("kinds"), asyncio.Semaphore(AT_ONCE)

    async def run(name: str, switched_off: str) -> tuple[str, Ended]:
        async with free:
            return name, await run_without(switched_off, folder / name.replace(" ", "-"))

    wanted = {"nothing": "", **{kind: where for kind, (where, _) in KINDS.items()}}
    yield dict(await asyncio.gather(*(run(name, where) for name, where in wanted.items())))


def test_with_nothing_switched_off_no_rule_is_broken(ended: dict[str, Ended]) -> None:
    assert ended["nothing"] == Ended(0, 0, set())


@pytest.mark.parametrize("kind", KINDS)
def test_without_one_kind_the_demo_is_red_and_the_audit_names_a_rule_of_it(kind: str, ended: dict[str, Ended]) -> None:
    _, of_that_kind = KINDS[kind]

    assert ended[kind].code == 1
    assert ended[kind].rules & of_that_kind
    assert ended[kind].rules - of_that_kind <= FOLLOWS.get(kind, set())
