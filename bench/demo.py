"""How long the demo takes with its defaults, and where the time goes.

`python -m bench.demo [CASES [DAYS]]` runs the generated portfolio in a folder of its own and prints seconds.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from domain.calendar import local_day
from policies import Policies
from starter.demo.customers import play
from starter.demo.figures import make_report
from starter.demo.follow import Progress
from starter.demo.page import write_page
from starter.demo.portfolio import DEFAULT_DAYS, generated
from starter.demo.run import Plan, demo_stage, fill_ledger, run_demo
from starter.demo.window import Window, beginning, choose
from starter.demo.wishes import wishes
from starter.settings import Settings

TARGET_SECONDS = 120.0
DEFAULT_CASES, SEED = 300, 1


async def measure(cases: int, days: int, folder: Path) -> dict[str, float]:
    """Seconds of each part, and of all."""
    settings = Settings(data_dir=folder, ledger_url="")
    policies = Policies.named(settings.strategy)
    at = [time.perf_counter()]
    source = generated(SEED, days, cases)
    begins = beginning(datetime.now(UTC), source.zone)
    window = Window.of(local_day(begins, source.zone), days)
    choice = choose(source.histories(window), window, policies.rules, cases, SEED)
    at.append(time.perf_counter())
    told = wishes(choice.chosen, window, SEED)
    played = play(choice.chosen, told, window, SEED)
    plan = Plan(begins, window, source.zone, played.chosen, policies, told, played.cast, SEED)
    ledger = fill_ledger(settings.ledger, plan)
    at.append(time.perf_counter())
    marks = dict[str, float]()

    def look(progress: Progress) -> None:
        if progress.started == progress.cases:
            marks.setdefault("started", time.perf_counter())
        if progress.started == progress.cases == progress.at_rest:
            marks.setdefault("rest", time.perf_counter())

    async with demo_stage(settings, ledger, plan) as stage:
        at.append(time.perf_counter())
        run = await run_demo(stage, plan, look)
        at += [marks["started"], marks["rest"], time.perf_counter()]
        write_page(make_report(run, source, policies, SEED, 0), folder / "report.html")
        at.append(time.perf_counter())
    at.append(time.perf_counter())
    ledger.close()
    parts = ("choosing", "filling the ledger", "server up", "starting cases", "running", "costs", "report", "stopping")
    return {part: b - a for part, a, b in zip(parts, at, at[1:], strict=False)} | {"all": at[-1] - at[0]}


def main() -> None:
    """Print the measured seconds and how busy the machine was."""
    if len(sys.argv) > 3:
        sys.exit("usage: python -m bench.demo [CASES [DAYS]]")
    cases, days = map(int, (*sys.argv[1:], *(DEFAULT_CASES, DEFAULT_DAYS)[len(sys.argv) - 1 :]))
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        seconds = asyncio.run(measure(cases, days, Path(folder)))
    for part, took in seconds.items():
        print(f"{part:20} {took:8.1f} s")
    print(
        f"{cases} cases, {days} days, {os.cpu_count()} cores; load {before:.1f} before, {os.getloadavg()[0]:.1f} after"
    )
    print(f"target: 300 cases and 180 days under {TARGET_SECONDS:.0f} s on 2 idle cores")


if __name__ == "__main__":
    main()
