"""The demo's page says what ledger and server say: every figure is counted anew, with other code."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client

from tests.e2e import demo_recount, demo_recount_contact
from tests.e2e.demo_process import left_of, start_demo

TAIPEI = ZoneInfo("Asia/Taipei")


class Hooks(HTMLParser):
    """The figures of a page: name → the raw values that stand under it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: defaultdict[str, set[str]] = defaultdict(set)
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if name := values.get("data-figure"):
            self.values[name].add(values["data-value"] or "")


def day_of_the_next_nine() -> date:
    wall = datetime.now(UTC).astimezone(TAIPEI)
    return wall.date() + timedelta(days=wall.hour >= 9)


@pytest.mark.parametrize(
    ("portfolio", "cases", "days", "seed"), [(None, 25, 90, 11), ("data/uci_credit_card.csv", 15, 60, 3)]
)
async def test_every_figure_of_the_page_is_what_ledger_and_server_say(
    portfolio: str | None, cases: int, days: int, seed: int, shared: Path, tmp_path: Path
) -> None:
    file = ["--portfolio", str(shared / portfolio)] if portfolio else []
    before, began = day_of_the_next_nine(), time.monotonic()
    demo = await start_demo(
        tmp_path, "--cases", str(cases), "--days", str(days), "--seed", str(seed), "--stay", "--json", *file
    )
    page = Path((await demo.until(r"^Report: (.+)$"))[1])
    took_at_most = time.monotonic() - began
    address = (await demo.until(r"^Temporal server: (\S+)$"))[1]
    await demo.until(r"^Temporal Web UI: http://127\.0\.0\.1:\d+ \(Ctrl-C ends it\)$")
    children = demo.children()
    found = Hooks(page.read_text(encoding="utf-8")).values
    spent = await demo_recount.of_temporal(await Client.connect(address))
    ended, after_s = await demo.end(signal.SIGINT)

    (first_day,) = found["first_day"]
    first = date.fromisoformat(first_day)
    assert before <= first <= day_of_the_next_nine()
    ledger = page.with_name("ledger.db")
    expected = {
        "portfolio": Path(portfolio).name if portfolio else f"3,000 generated accounts (seed {seed})",
        "seed": str(seed),
        "first_day": str(first),
        "last_day": str(first + timedelta(days=days - 1)),
        **demo_recount.of_ledger(ledger, first, days),
        **demo_recount.of_costs(list(spent.values())),
        **demo_recount_contact.of_contact(ledger, first + timedelta(days=days - 1)),
    }
    (wall_seconds,) = found.pop("wall_seconds")
    assert dict(found) == {name: {value} for name, value in expected.items()}
    assert 0 < float(wall_seconds) <= took_at_most + 0.05
    assert int(expected["cases"]) == cases == len(spent)
    assert int(expected["kept_back.persons"]) > 0
    assert int(expected["kept_back.deferred"]) > 0
    assert int(expected["calls.permitted"]) > 0
    assert int(expected["calls.cn.effective_calls.refused"]) > 0
    assert expected["audit.breaches"] == "0"
    assert {account: case.outcomes for account, case in spent.items()} == demo_recount.outcomes_of_ledger(ledger)
    keys = [file.name.split(".")[0].split("_") for file in (page.parent / "outbox").rglob("*.txt")]
    assert len(keys) == int(expected["total.notices"])
    of_ladder = Counter(key[2] for key in keys if len(key) == 4)  # account, episode, step, attempt
    told = {name: count for name, (count,) in found.items()}
    assert {f"notices.{step}.file": str(count) for step, count in of_ladder.items()}.items() <= told.items()
    called = {name: int(count) for name, count in told.items() if name.startswith("journeys.")}
    assert sum(count for name, count in called.items() if name.endswith(".called")) > 0
    assert json.loads(demo.output.read_text(encoding="utf-8"))["cases"] == cases
    assert (ended, len(children), left_of(children)) == (0, 2, set())
    assert after_s < 35
