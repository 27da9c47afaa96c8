"""`duecourse contact …` beside a running worker: permits, refusals, reports, and lists for a day."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import update

from domain.model.contact import FactKind, PastFact
from domain.model.events import Withdraw
from domain.model.permits import PermitState
from domain.model.strategy import Channel
from ledger import accounts, audit, contacts, permits, person_facts, tables, tasks
from ledger.accounts import ContactPoint
from ledger.person_facts import PersonFact
from policies import load_strategy
from starter import cli
from starter.requests import ask
from starter.server import Embedded
from tests.activities.sending import once_in_seven_days
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import ZONE, Bank

ALL_DAY = [{"id": "window", "open": "00:00", "close": "24:00", "source": "law"}]


class Shell:
    """Runs `duecourse contact …` beside the worker of a bank."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    async def __call__(self, *words: str, stdin: str = "", group: str = "contact") -> SimpleNamespace:
        self._monkeypatch.setattr("sys.argv", ["duecourse", group, *words])
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        self._capsys.readouterr()
        code = await asyncio.to_thread(self._code)
        out, err = self._capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err, lines=[line.rstrip() for line in out.splitlines()])

    def _code(self) -> object:
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code

    async def json(self, *words: str, code: int = 0) -> dict:
        done = await self(*words, "--json")
        assert done.code == code, done.err
        return json.loads(done.out)


@pytest.fixture
def run(bank: Bank, server: Embedded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The rules let a customer be called at any hour, once in seven days."""
    once = once_in_seven_days(unit="attempt", channels=["call"])
    rules = rules_with(windows=ALL_DAY, caps=[once])
    bank.policies = replace(bank.policies, rules=rules)
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(bank.settings.data_dir))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    return Shell(monkeypatch, capsys)


@pytest_asyncio.fixture(loop_scope="session")
async def case(bank: Bank, run: Shell):
    """The open case of A-1."""
    bank.add_account("A-1", (4, 500))
    await bank.start("A-1")
    yield bank.handle("A-1")
    if (await bank.state("A-1")).closure is None:
        await bank.handle("A-1").terminate()


def state(bank: Bank, permit_id: str) -> PermitState:
    with bank.ledger.read() as conn:
        found = permits.get(conn, permit_id)
    assert found is not None
    return found.state


def called(report_id: str, bank: Bank) -> tuple[str, ...]:
    """The words that name a report, with the instant of its contact: now."""
    return ("--id", report_id, "--made-at", bank.now().isoformat())


async def until_state(bank: Bank, permit_id: str, wanted: PermitState) -> None:
    async with asyncio.timeout(30):
        while state(bank, permit_id) is not wanted:
            await asyncio.sleep(0.05)


async def test_a_permit_is_asked_for_reported_and_shown(bank: Bank, run: Shell, case) -> None:
    given = await run("request", "A-1", "--channel", "call", "--id", "r-1")
    assert given.code == 0, given.err
    assert given.out.startswith("one contact (call, debtor) is permitted from ")
    assert given.out.endswith("(permit A-1/1/permit/r-1)\n")
    shown = await run.json("show", "A-1")
    assert [permit["permit"] for permit in shown["permits"]] == ["A-1/1/permit/r-1"]
    told = await run("report", "A-1", "--outcome", "busy", "--permit", "A-1/1/permit/r-1", *called("c-1", bank))
    assert (told.code, told.out) == (0, "recorded: call, debtor, out, busy (request c-1)\n")
    refused = await run("request", "A-1", "--channel", "call", "--id", "r-2")
    assert (refused.code, refused.err) == (1, "")
    assert refused.out.startswith("refused: contact (call, debtor) is not allowed by xx.test.week: allowed from ")
    shown = (await run("show", "A-1")).lines
    assert shown[0] == "no permit is open"
    assert shown[-1].split()[:4] == ["A-1/1/permit/r-1", "call", "debtor", "bank"]


async def test_a_permit_that_was_taken_back_is_not_given_by_asking_for_it_again(bank: Bank, run: Shell, case) -> None:
    words = ("request", "A-1", "--channel", "call", "--id", "r-1")
    assert (await run(*words)).code == 0
    assert (await run(*words)).code == 0
    await run("return", "A-1", "A-1/1/permit/r-1")
    again = await run(*words)
    over = "the permit A-1/1/permit/r-1 was given for this request before, and is cancelled: ask under a new id"
    assert (again.code, again.out) == (1, f"refused: {over}\n")
    assert (await run.json(*words, code=1))["state"] == "cancelled"


async def test_a_report_told_again_under_its_id_has_one_effect(bank: Bank, run: Shell, case) -> None:
    words = ("report", "A-1", "--outcome", "conversation", "--inbound", *called("c-1", bank))
    assert [(await run(*words)).code for _ in range(2)] == [0, 0]
    with bank.ledger.read() as conn:
        assert len(contacts.of_person(conn, "person-A-1")) == 1


async def test_a_report_told_again_is_the_same_though_it_told_which_person_was_reached(
    bank: Bank, run: Shell, case
) -> None:
    with bank.ledger.write() as conn:
        point = ContactPoint("eve", "person-A-1", Channel.CALL, "+886911000000", party_id="eve")
        accounts.add_contact_point(conn, point)
    await run("request", "A-1", "--channel", "call", "--id", "r-1")
    words = ("report", "A-1", "--outcome", "busy", "--permit", "A-1/1/permit/r-1", "--address-id", "eve")
    words += called("c-1", bank)
    assert [(await run(*words)).out for _ in range(2)] == ["recorded: call, debtor, out, busy (request c-1)\n"] * 2


async def test_a_case_whose_run_is_gone_is_named_as_what_is_missing(bank: Bank, run: Shell, case) -> None:
    await case.terminate()
    told = await run("report", "A-1", "--outcome", "conversation", "--inbound")
    line = "account A-1 has no open case, though the ledger has one: run `duecourse case start A-1`, then report again"
    assert (told.code, told.err) == (1, f"duecourse: {line}\n")
    await bank.start("A-1")
    assert (await run("report", "A-1", "--outcome", "conversation", "--inbound")).code == 0


async def test_programs_read_the_answer(run: Shell, case) -> None:
    given = await run.json("request", "A-1", "--channel", "call", "--minutes", "5", "--id", "r-1")
    assert given["permit"]["permit_id"] == "A-1/1/permit/r-1"
    refused = await run.json("request", "A-1", "--channel", "call", code=1)
    assert (refused["accepted"], refused["refused_by"]) == (False, ["xx.test.week"])
    assert datetime.fromisoformat(refused["allowed_at"]).tzinfo is not None
    told = await run.json("report", "A-1", "--outcome", "conversation", "--inbound", "--channel", "im")
    assert told["text"] == "recorded: im, debtor, in, conversation"


async def test_a_permit_is_given_back_and_another_one_takes_its_place(bank: Bank, run: Shell, case) -> None:
    await run("request", "A-1", "--channel", "call", "--id", "r-1")
    back = await run("return", "A-1", "A-1/1/permit/r-1", "--id", "b-1")
    assert back.out == "the permit A-1/1/permit/r-1 is given back: no contact may be made under it (request b-1)\n"
    assert state(bank, "A-1/1/permit/r-1") is PermitState.CANCELLED
    assert (await run("request", "A-1", "--channel", "call")).code == 0


async def test_a_report_takes_what_it_leaves_out_from_the_permit(bank: Bank, run: Shell, case) -> None:
    agency = ("--actor", "agency", "--collector", "north")
    await run("request", "A-1", "--channel", "call", *agency, "--id", "r-1")
    assert (await run("report", "A-1", "--outcome", "busy", "--permit", "A-1/1/permit/r-1")).code == 0
    with bank.ledger.read() as conn:
        contact = contacts.get(conn, "A-1/1/permit/r-1")
    assert contact is not None
    assert (contact.made.collector, contact.breach) == ("north", None)


async def test_a_contact_without_a_permit_is_a_breach_that_the_audit_finds(bank: Bank, run: Shell, case) -> None:
    told = await run("report", "A-1", "--outcome", "no_answer", *called("c-1", bank))
    assert (told.code, told.out) == (
        0,
        "recorded as a breach (no_permit): call, debtor, out, no_answer (request c-1)\n",
    )
    with bank.ledger.read() as conn:
        assert [task.kind for task in tasks.open_tasks(conn, 10)] == ["breach"]
    audited = await run("--json", group="audit")
    assert [breach["rule"] for breach in json.loads(audited.out)["breaches"]] == ["gate.no_permit"]


async def test_a_call_before_the_case_closed_is_reported_after_it(bank: Bank, run: Shell, case) -> None:
    await run("request", "A-1", "--channel", "call", "--id", "r-1")
    made_at = bank.now().isoformat()
    assert (await ask(bank.client, "A-1", Withdraw(id="w-1"))).accepted
    await case.result()
    assert state(bank, "A-1/1/permit/r-1") is PermitState.EXPIRED
    words = ("report", "A-1", "--outcome", "no_answer", "--permit", "A-1/1/permit/r-1", "--made-at", made_at)
    told = [(await run(*words, "--id", f"c-{n}")).out for n in (1, 2)]
    assert told[0] == "recorded: call, debtor, out, no_answer (request c-1)\n"
    assert told[1] == "the permit A-1/1/permit/r-1 was reported so before (request c-2)\n"
    late = await run("report", "A-1", "--outcome", "conversation", "--inbound", *called("c-3", bank))
    assert late.out == "recorded: call, debtor, in, conversation (request c-3)\n"
    breach = await run("report", "A-1", "--outcome", "busy", *called("c-4", bank))
    assert breach.out.startswith("recorded as a breach (no_permit): ")
    refused = await run("report", "A-1", "--outcome", "pending", *called("c-5", bank))
    assert (refused.code, "pending is not the outcome" in refused.err) == (2, True)
    with bank.ledger.read() as conn:
        assert audit.verify(conn, "A-1/1") is None
        assert [row.kind for row in audit.rows(conn, "A-1/1")][-3:] == ["contact_reported"] * 3
    asked = await run("request", "A-1", "--channel", "call")
    assert (asked.code, asked.err) == (2, "duecourse: account A-1 has no open case\n")


async def test_a_stop_takes_open_permits_back_at_once(bank: Bank, run: Shell, case) -> None:
    await run("request", "A-1", "--channel", "call", "--id", "r-1")
    stopped = await run("set", "all", "--by", "op-1", "--reason", "drill", "--id", "s-1", group="stop")
    assert stopped.lines == ["stopped: every contact (stop s-1)", "its case hears of it from the feed"]
    await bank.relay()
    await until_state(bank, "A-1/1/permit/r-1", PermitState.EXPIRED)
    refused = await run("request", "A-1", "--channel", "call")
    # a call may have been made under the permit meanwhile: it keeps its place in the cap
    assert "is not allowed by stop.s-1, xx.test.week: not before something changes" in refused.out


async def test_a_report_is_told_to_the_other_cases_of_the_person(bank: Bank, run: Shell, case) -> None:
    rest = {"id": "rest", "after": {"event": "conversation"}, "days": 7, "blocks": {}, "scope": ["person"]}
    rules = rules_with(windows=ALL_DAY, cooldowns=[rest | {"actors_added": "all", "source": "law"}])
    bank.policies = replace(bank.policies, rules=rules.model_copy(update={"name": "xx.rest"}))
    bank.add_account("A-2", (4, 500))
    with bank.ledger.write() as conn:
        of_same = update(tables.accounts).where(tables.accounts.c.account_id == "A-2")
        conn.execute(of_same.values(person_id="person-A-1"))
    await bank.start("A-2")
    given = await run("request", "A-2", "--channel", "call", "--id", "r-1")
    assert given.lines[-1] == "its case hears of it from the feed", given.err
    told = await run("report", "A-1", "--outcome", "conversation", "--inbound", *called("c-1", bank))
    recorded, heard = told.lines
    assert recorded == "recorded: call, debtor, in, conversation (request c-1)"
    assert heard == "its case hears of it from the feed"
    await bank.relay()
    await until_state(bank, "A-2/1/permit/r-1", PermitState.EXPIRED)
    await bank.handle("A-2").terminate()


async def test_a_death_stops_every_card_of_the_customer_and_is_a_task_for_a_specialist(
    bank: Bank, run: Shell, case
) -> None:
    strategy = load_strategy("card-standard")
    bank.plan(name="card-standard-at-any-hour", causes=strategy.causes)
    bank.add_account("A-2", (4, 500))
    with bank.ledger.write() as conn:
        of_same = update(tables.accounts).where(tables.accounts.c.account_id == "A-2")
        conn.execute(of_same.values(person_id="person-A-1"))
    await bank.start("A-2")
    words = ("--outcome", "conversation", "--inbound", "--party", "relative", "--cause", "deceased")
    told = await run("report", "A-2", *words, "--recording", "REC-9", *called("c-1", bank))
    assert told.code == 0, told.err
    assert "the hold deceased lies on the customer until " in told.out
    assert "bereavement specialist by " in told.out
    await bank.relay()
    with bank.ledger.read() as conn:
        kinds = [row.kind for row in audit.rows(conn, "A-2/1")]
        (task,) = tasks.open_tasks(conn, 10, "bereavement_specialist")
    assert {"cause_told", "person_held"} <= set(kinds)
    assert (task.case_id, task.detail) == ("A-2/1", {"cause": "deceased"})
    for account in ("A-1", "A-2"):
        refused = await run("request", account, "--channel", "call")
        assert refused.code == 1
        assert "not allowed by gate.unknown_hold" in refused.out, "these small rules know no such hold: nothing leaves"
    await bank.handle("A-2").terminate()


async def test_a_cause_that_nobody_told_is_refused(bank: Bank, run: Shell, case) -> None:
    told = await run("report", "A-1", "--outcome", "no_answer", "--cause", "forgot", *called("c-1", bank))
    assert (told.code, told.err) == (
        2,
        "duecourse: refused: nobody spoke, so nobody told the cause forgot: leave it out, or report the conversation "
        "(request c-1)\n",
    )


# --- lists


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(ZONE))


async def test_a_list_of_a_day_is_the_same_however_often_it_is_asked_for(bank: Bank, run: Shell, tmp_path) -> None:
    for name in ("A-1", "A-2", "A-3"):
        bank.add_account(name, (4, 500))
        await bank.start(name)
    bank.add_account("A-4", (4, 500))
    with bank.ledger.write() as conn:
        no_calls = PastFact(at=bank.now(), kind=FactKind.HOLD, name="cease")
        person_facts.add(conn, PersonFact("f-1", "person-A-3", no_calls, bank.now()))
    day = bank.today + timedelta(days=1)
    file = tmp_path / "list.txt"
    file.write_text("\ufeffA-1\n\nA-2\nA-1\n A-3 \nA-4\nnobody\n", encoding="utf-8")
    words = ("list", str(file), "--day", str(day), "--channel", "call")
    first, again = await run(*words), await run(*words)
    assert first.out == again.out
    assert (first.code, again.code) == (1, 1)
    assert first.err.splitlines() == [
        "duecourse: account A-4 has no open case",
        "duecourse: no account nobody in the ledger",
    ]
    assert [line.split()[0] for line in first.lines] == ["account", "A-1", "A-2", "A-3", "2"]
    assert "xx.test.cease" in first.lines[3]
    assert first.lines[-1] == f"2 permits and 1 refusals for {day}, 2 accounts not asked"
    with bank.ledger.read() as conn:
        (permit,) = permits.open_of(conn, "person-A-1")
    assert permit.valid_from == datetime.combine(day, time(), ZoneInfo(ZONE))
    assert permit.valid_from <= at_noon(day) < permit.expires_at
    for name in ("A-1", "A-2", "A-3"):
        await bank.handle(name).terminate()


async def test_a_list_for_programs_is_one_line_an_account(bank: Bank, run: Shell, case) -> None:
    words = ("list", "--day", str(bank.today), "--channel", "call", "--json")
    first = await run(*words, stdin="A-1\n")
    assert (first.code, first.err) == (0, f"1 permits and 0 refusals for {bank.today}\n")
    told = json.loads(first.out)
    assert (told["account"], told["allowed"], told["state"]) == ("A-1", True, "open")
    await run("return", "A-1", told["permit_id"])
    over = json.loads((await run(*words, stdin="A-1\n")).out)
    assert (over["allowed"], over["state"]) == (False, "cancelled")
    anew = json.loads((await run(*words, "--name", "2", stdin="A-1\n")).out)
    assert (anew["allowed"], anew["permit_id"] != told["permit_id"]) == (True, True)
    refused = json.loads((await run(*words, "--name", "3", stdin="A-1\n")).out)
    assert (refused["allowed"], refused["refused_by"]) == (False, ["xx.test.week"])


@pytest.mark.parametrize(
    ("stdin", "words", "error"),
    [
        ("", ("list", "--day", "2026-03-03", "--channel", "call"), "the standard input names no account"),
        ("A-1", ("list", "none.txt", "--day", "2026-03-03", "--channel", "call"), "none.txt: No such file"),
        ("A-1", ("list", "--day", "03.03.2026", "--channel", "call"), "--day"),
        ("", ("request", "A-1", "--channel", "call", "--address-id", "+886 912"), "address: this is no id"),
        ("", ("request", "A-1", "--channel", "call", "--id", "a b"), "id is no code"),
        ("", ("request", "A-1", "--channel", "call", "--id", "x" * 65), "is no id: write 1 to 64 letters"),
        ("", ("request", "A-9", "--channel", "call", "--address-id", "0912345678"), "no contact point of this id"),
        ("", ("request", "A-9", "--channel", "call", "--actor", "agency"), "bank is the bank itself: say which agency"),
        ("", ("request", "A-9", "--channel", "call", "--collector", "north"), "the bank itself, not north: say what"),
        ("", ("request", "nobody", "--channel", "call"), "no account nobody in the ledger"),
        ("A-9", ("list", "--day", "2020-03-03", "--channel", "call"), "a permit is for a day from today up to 7 days"),
        ("A-9", ("list", "--day", "2026-03-03", "--channel", "call", "--actor", "agency"), "bank is the bank itself"),
        ("", ("report", "A-9", "--outcome", "busy", "--id", "c-1"), "--id: say --made-at too"),
        ("", ("return", "A-1", "k1"), "permit_id: this is no id"),
        ("", ("report", "A-1", "--outcome", "busy", "--made-at", "10:00"), "--made-at: write an instant"),
        ("", ("report", "nobody", "--outcome", "busy"), "no account nobody in the ledger"),
        ("", ("report", "A-9", "--outcome", "busy"), "account A-9 never had a case"),
        ("", ("show", "nobody"), "no account nobody in the ledger"),
    ],
)
async def test_bad_input_is_one_line(bank: Bank, run: Shell, stdin: str, words: tuple[str, ...], error: str) -> None:
    bank.add_account("A-9", (4, 500))
    done = await run(*words, stdin=stdin)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done.err
    assert error in done.err
    assert "912" not in done.err
