"""`duecourse case …` on the real server: what people read, what programs read, and what a case answers."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from temporalio.testing import TimeSkipper

from domain.model.facts import MessageState, Notice
from domain.model.strategy import Channel
from ledger import accounts, cases
from starter import cli
from starter.cli.case_view import CaseView
from starter.posting import reverse_payment
from starter.server import Embedded, free_port
from tests.plugins.virtual_bank import Bank
from workflows.names import DOORBELL


class Shell:
    """Runs `duecourse case …` beside the worker of a bank."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self._capsys = monkeypatch, capsys

    async def __call__(self, *words: str) -> SimpleNamespace:
        self.monkeypatch.setattr("sys.argv", ["duecourse", "case", *words])
        return await self.done()

    async def done(self) -> SimpleNamespace:
        self._capsys.readouterr()
        code = await asyncio.to_thread(self._code)
        out, err = self._capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err, lines=[line.rstrip() for line in out.splitlines()])

    async def json(self, *words: str):
        done = await self(*words, "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    def _code(self) -> object:
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code


@pytest.fixture
def run(bank: Bank, server: Embedded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(bank.settings.data_dir))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    return Shell(monkeypatch, capsys)


async def test_a_case_is_opened_shown_and_told_so_that_people_understand(
    bank: Bank, run: Shell, skipper: TimeSkipper
) -> None:
    bank.add_account("A-1", (4, 1234))
    opened = await run("start", "A-1")
    assert (opened.code, opened.out) == (0, "case A-1/1 opened (case/A-1)\n")
    handle = bank.handle("A-1")
    await skipper.fast_forward(handle, timedelta(days=3))
    due_on, next_on = bank.today - timedelta(days=4), bank.today + timedelta(days=11)

    shown = (await run("show", "A-1")).lines
    assert shown[0] == "Case A-1/1"
    assert "Stage        reminding: notices leave by the ladder until the past-due amount is paid" in shown
    assert f"Past due     1,234.00 TWD since {due_on}: 4 days" in shown
    assert "Owed in all  2,468.00 TWD" in shown
    assert f"Next         Sends the notice second-reminder by file on {next_on} at 09:30." in shown
    assert f"Why          It is due 15 days after the oldest unpaid due date {due_on}." in shown
    assert any(re.fullmatch(r"Notices      reminder by file: sent on \d{4}-\d\d-\d\d", line) for line in shown)
    assert "To come      overdue-notice, firm-notice, offer-to-talk, final-notice" in shown

    told = await run("timeline", "A-1")
    for part in (
        "The ledger begins with 2,468.00 TWD (reference A-1/opening).",
        f"The minimum payment of 1,234.00 TWD, due on {due_on}, is late: 1,234.00 TWD is still open.",
        f"Case A-1/1 is opened with the strategy card-standard v{bank.policies.strategy.version} and the rules cn v",
        "The case was opened; 1,234.00 TWD is past due for 4 days. Next, the case sends the notice",
        f"The notice friendly-reminder was sent by file: 1,234.00 TWD past due since {due_on}.",
    ):
        assert part in told.out, part
    for code in ("{", "notice_sent", "past_due", "None"):
        assert code not in told.out
    times = [line[:16] for line in told.lines[1:]]
    assert times == sorted(times)
    await handle.terminate()


async def test_programs_get_the_same_as_json(bank: Bank, run: Shell) -> None:
    bank.add_account("B-1", (4, 500))
    opened = await run.json("start", "B-1")
    assert (opened["case"], opened["workflow"], opened["opened"]) == ("B-1/1", "case/B-1", True)
    assert await run.json("start", "B-1") == {**opened, "opened": False}
    await bank.state("B-1")
    shown = await run.json("show", "B-1")
    assert {name: shown["ledger"][name] for name in ("case", "stage", "past_due", "currency", "outcome")} == {
        **{"case": "B-1/1", "stage": "reminding", "past_due": "500.00"},
        **{"currency": "TWD", "outcome": None},
    }
    assert shown["state"]["case_id"] == "B-1/1"
    assert (shown["state_missing"], shown["notices"]) == (None, [])
    told = await run.json("timeline", "B-1")
    assert [line["kind"] for line in told] == ["opening", "late", "case_opened", "step"]
    assert all(line.keys() == {"at", "local", "kind", "text"} for line in told)
    await bank.handle("B-1").terminate()


async def test_cases_are_listed_newest_first_and_never_more_than_asked_for(bank: Bank, run: Shell) -> None:
    assert (await run("list")).out == "no case\n"
    assert await run.json("list") == []
    for name in ("L-1", "L-2", "L-3"):
        bank.add_account(name, (4, 500))
        await run("start", name)
        await bank.state(name)
    await run("withdraw", "L-2")
    await bank.handle("L-2").result()
    listed = await run.json("list")
    assert [(one["case"], one["stage"], one["outcome"]) for one in listed] == [
        ("L-3/1", "reminding", None),
        ("L-2/1", "closed", "withdrawn"),
        ("L-1/1", "reminding", None),
    ]
    assert (listed[0]["past_due"], listed[0]["currency"]) == ("500.00", "TWD")
    assert [one["case"] for one in await run.json("list", "--limit", "1")] == ["L-3/1"]
    assert [one["case"] for one in await run.json("list", "--stage", "closed")] == ["L-2/1"]
    shown = (await run("list")).lines
    assert re.split(r"\s{2,}", shown[0]) == ["case", "stage", "past due", "since", "notices", "looks again"]
    assert shown[1].startswith("L-3/1  reminding  500.00 TWD  ")
    for name in ("L-1", "L-3"):
        await bank.handle(name).terminate()


async def test_a_case_is_held_released_and_withdrawn_by_request(bank: Bank, run: Shell) -> None:
    bank.add_account("R-1", (40, 500), (9, 300))
    await run("start", "R-1")
    due_on = str(bank.today - timedelta(days=9))
    ends_on = str(bank.today + timedelta(days=30))
    held = await run("hold", "R-1", "--ends-on", ends_on)
    request = re.search(rf"until {ends_on} no notice leaves.* \(request (hold-[0-9a-f-]{{36}})\)$", held.out.strip())
    assert held.code == 0
    assert request, held.out
    left_out = await run.json("hold", "R-1", "--reason", "left_out", "--obligation", due_on, "--id", "dispute-7")
    assert (left_out["id"], left_out["accepted"]) == ("dispute-7", True)
    assert (
        await run.json("hold", "R-1", "--reason", "left_out", "--obligation", due_on, "--id", "dispute-7") == left_out
    )
    shown = (await run("show", "R-1")).out
    assert f"the hold {request[1]} lies on the case from" in shown
    assert f"left out: what was due on {due_on}" in shown
    released = await run("release", "R-1", request[1])
    assert (released.code, f"the hold {request[1]} is released" in released.out) == (0, True)
    ended = await run("withdraw", "R-1", "--id", "w-1")
    assert (ended.code, ended.out) == (0, "the case is withdrawn (request w-1)\n")
    await bank.handle("R-1").result()
    shown = await run("show", "R-1")
    assert "A person withdrew the case, after" in shown.out
    refused = await run("withdraw", "R-1")
    assert (refused.code, refused.err) == (2, "duecourse: account R-1 has no open case\n")


async def test_a_promise_is_told_shown_and_refused_in_sentences(bank: Bank, run: Shell) -> None:
    bank.add_account("P-1", (40, 500))
    await run("start", "P-1")
    due_on, grace = bank.today + timedelta(days=3), bank.today + timedelta(days=5)
    wanted = ("promise", "P-1", "--amount", "300", "--due", str(due_on))
    taken = await run(*wanted, "--id", "p-1", "--by", "op-7")
    assert taken.code == 0, taken.err
    said = f"300.00 TWD is promised by {due_on} (with grace until {grace}); until then nothing leaves but one reminder"
    assert taken.out == f"{said} of it (request p-1)\n"
    assert (await run.json(*wanted, "--id", "p-1", "--by", "op-7"))["accepted"] is True
    shown = await run("show", "P-1")
    assert f"Promise      300.00 TWD by {due_on}, grace until {grace}: runs (promise p-1)" in shown.lines
    told = await run("timeline", "P-1")
    assert f"The customer promises 300.00 TWD by {due_on} (promise p-1)." in told.out
    assert "promise to pay was told" in told.out
    again = await run(*wanted)
    assert (again.code, f"refused: the promise p-1 of 300.00 TWD by {due_on} runs already" in again.err) == (2, True)
    for amount, sentence in (
        ("lots", "'lots' TWD is no amount: write 500 or 500.00"),
        ("1.005", "'1.005' TWD is no amount"),
    ):
        refused = await run("promise", "P-1", "--amount", amount, "--due", str(due_on))
        assert (refused.code, sentence in refused.err) == (2, True), refused.err
    await bank.handle("P-1").terminate()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("release", "{}", "none"), "refused: no hold none lies on this case (request "),
        (("hold", "{}", "--ends-on", "2020-01-01"), "refused: the hold would end on 2020-01-01, not after its first"),
        (("hold", "{}", "--reason", "left_out"), "refused: a hold that leaves obligations out names their due dates"),
    ],
)
async def test_what_a_case_refuses_is_one_sentence_and_exit_code_2(
    bank: Bank, run: Shell, words: tuple[str, ...], sentence: str
) -> None:
    account = f"no-{words[0]}-{len(words)}-{words[-1][:4]}"
    bank.add_account(account, (4, 500))
    await run("start", account)
    refused = await run(*(word.format(account) for word in words), "--id", "r-1")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"duecourse: {sentence}")
    assert refused.err.count("\n") == 1
    in_json = await run(*(word.format(account) for word in words), "--id", "r-2", "--json")
    assert (in_json.code, json.loads(in_json.out)["accepted"]) == (2, False)
    await bank.handle(account).terminate()


async def test_without_a_server_the_ledger_tells_what_it_knows(bank: Bank, run: Shell) -> None:
    bank.add_account("S-1", (4, 500))
    await run("start", "S-1")
    await bank.state("S-1")
    run.monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
    shown = await run("show", "S-1")
    assert shown.code == 0
    assert re.search(r"Run +no Temporal server answers .*; what follows is the ledger's", shown.out)
    assert "The case looks again on" in shown.out
    as_json = await run.json("show", "S-1")
    assert as_json["state"] is None
    assert as_json["state_missing"].startswith("no Temporal server answers")
    await bank.handle("S-1").terminate()


async def test_a_cure_that_was_undone_is_told(bank: Bank, run: Shell) -> None:
    bank.add_account("U-1", (4, 500))
    await run("start", "U-1")
    await bank.state("U-1")
    payment = bank.pay("U-1", "500")
    await bank.handle("U-1").signal(DOORBELL)
    await bank.handle("U-1").result()
    shown = await run("show", "U-1")
    assert "Nothing is past due any more, after 4 days past due and 0 notices." in shown.out
    reverse_payment(bank.ledger, payment, bank.now())
    assert (await run("start", "U-1")).out == "case U-1/1 opened (case/U-1)\n"
    await bank.state("U-1")
    told = (await run("timeline", "U-1")).out
    for part in (
        "Payment of 500.00 TWD (reference U-1/payment/0).",
        "Taken back: U-1/payment/0, 500.00 TWD (reference U-1/payment/0/reversal).",
        "The ledger changed. The case is closed: cured.",
        "The case goes on: what had ended it (cured) was taken back.",
    ):
        assert part in told, part
    await bank.handle("U-1").terminate()


async def test_an_intake_tells_the_open_cases_that_it_changed(bank: Bank, run: Shell, tmp_path: Path) -> None:
    bank.add_account("I-1", (4, 500))
    await run("start", "I-1")
    await bank.state("I-1")
    file = tmp_path / "payment.csv"
    header = "record,account,date,amount,reference,currency,zone,minimum,due_on"
    account = "account,I-1,,,,TWD,Asia/Taipei,,"
    payment = f"payment,I-1,{bank.today},{{}}.00,i-{{}},,,,"
    file.write_text("\n".join((header, account, payment.format(500, 1))) + "\n")
    words = ["duecourse", "intake", str(file), "--json"]
    run.monkeypatch.setattr("sys.argv", words)
    told = json.loads((await run.done()).out)
    assert (told["entries"], told["cases"]["rung"], told["cases"]["left_to_the_feed"]) == (1, 1, None)
    assert (await bank.handle("I-1").result()).outcome == "cured"
    run.monkeypatch.setattr("sys.argv", words)
    again = json.loads((await run.done()).out)
    assert (again["taken_before"], again["cases"]["rung"]) == (True, 0)


async def test_a_payment_that_came_late_is_told_when_it_came_with_its_value_date(bank: Bank, run: Shell) -> None:
    bank.add_account("V-1", (9, 500))
    bank.pay("V-1", "100", days_on=-2)
    entry = (await run.json("timeline", "V-1"))[-1]
    assert (entry["kind"], entry["local"][:10]) == ("payment", str(bank.today))
    assert f"(reference V-1/payment/-2, value date {bank.today - timedelta(days=2)})." in entry["text"]


async def test_a_notice_on_its_way_is_not_told_as_sent(bank: Bank) -> None:
    bank.add_account("N-1", (4, 500))
    await bank.start("N-1")
    await bank.state("N-1")
    with bank.ledger.read() as conn:
        account, row = accounts.get_account(conn, "N-1"), cases.episodes(conn, "N-1")[0]
    states = (MessageState.SENDING, MessageState.SENT, MessageState.REFUSED)
    notices = [
        Notice(key=f"N-1/1/s/{n}", step="s", attempt=n, channel=Channel.FILE, state=state, on=bank.today)
        for n, state in enumerate(states, 1)
    ]
    ledger = CaseView(account, replace(row, notices=3), notices).as_json()["ledger"]
    assert isinstance(ledger, dict)
    assert ledger["notices_sent"] == 1
    await bank.handle("N-1").terminate()


@pytest.mark.parametrize("option", ["--starts-on", "--ends-on", "--obligation"])
async def test_a_day_out_of_range_is_refused_before_anybody_is_asked(run: Shell, option: str) -> None:
    refused = await run("hold", "X-1", option, "9999-12-31")
    why = f"{option}: 9999-12-31 is out of range: write a day from 1970-01-01 to 2199-12-31"
    assert (refused.code, refused.err) == (2, f"duecourse: {why}\n")
