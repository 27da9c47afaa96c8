"""Under which rules a demo ran, in words, and what they kept back, by rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.contact import FactKind, Outcome, PastFact
from domain.model.events import Answer
from domain.model.permits import PermitGiven, RequestContact
from domain.model.rules import Rules
from ledger import audit, person_facts, tasks
from ledger.engine import Ledger, open_ledger
from ledger.importers import insertion
from ledger.importers.history import AccountHistory
from ledger.person_facts import PersonFact
from ledger.tables import cases
from ledger.tasks import Task
from policies import load_rules
from starter.demo.desk import Call
from starter.demo.headline import calling, ground, keeping, plain
from starter.demo.hooks import figures_of
from starter.demo.lawful import calls_of, kept_back_of, setting_of
from starter.demo.report import Calls, KeptBack, KeptBackByRule, RefusedByRule, Report, Setting
from starter.demo.window import Chosen

DAY = date(2026, 3, 1)
MADE_UP = "What customers tell (wishes, opt-outs, holds) is made up for the demo."
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
HISTORY = AccountHistory("A-1", "P-1", "TWD", "Asia/Taipei", None, (), (), (), ())


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules("cn")


def chosen(*zones: str) -> list[Chosen]:
    return [Chosen(replace(HISTORY, account_id=f"A-{n}", zone=zone), DAY) for n, zone in enumerate(zones)]


def said(report: Report, setting: Setting) -> str:
    known = report.model_copy(update={"setting": setting})
    return plain(ground(known, figures_of(known)))


def test_rules_on_accounts_of_another_country_are_called_so(normal: Report, rules: Rules) -> None:
    assert said(normal, setting_of(rules, "TWD", chosen("Asia/Taipei", "Asia/Taipei"))) == (
        "Rules cn v1 (China, credit cards; not reviewed: not for production) on accounts in TWD of Asia/Taipei; "
        "times are those of the accounts' zone. The rules are made for China and amounts in CNY: "
        "on these accounts they are tried, they are not their law."
    )


def test_rules_on_accounts_for_which_they_are_made_need_no_remark(normal: Report, rules: Rules) -> None:
    assert said(normal, setting_of(rules, "CNY", chosen("Asia/Shanghai"))) == (
        "Rules cn v1 (China, credit cards; not reviewed: not for production) on accounts in CNY of Asia/Shanghai; "
        "times are those of the accounts' zone."
    )


@pytest.mark.parametrize(
    ("currency", "zones", "is_elsewhere"),
    [
        ("CNY", ("Asia/Shanghai",), False),
        ("CNY", ("UTC",), False),
        ("TWD", ("Asia/Shanghai",), True),
        ("CNY", ("Asia/Shanghai", "Europe/Berlin"), True),
    ],
    ids=["at home", "nobody knows of which country", "another currency", "some accounts elsewhere"],
)
def test_rules_are_elsewhere_by_country_or_currency(
    currency: str, zones: tuple[str, ...], is_elsewhere: bool, rules: Rules
) -> None:
    assert setting_of(rules, currency, chosen(*zones)).is_elsewhere is is_elsewhere


def test_rules_of_no_country_and_no_currency_are_at_home_everywhere(rules: Rules) -> None:
    base = rules.model_copy(update={"packs": rules.packs[:1]})

    assert not setting_of(base, "TWD", chosen("Asia/Taipei")).is_elsewhere


def test_rules_that_stand_on_others_are_reviewed_when_all_are(normal: Report, rules: Rules) -> None:
    ready = {"reviewed_by": "counsel", "production": True}
    packs = [pack.model_copy(update={"pack": pack.pack.model_copy(update=ready)}) for pack in rules.packs]
    partly = rules.model_copy(update={"packs": (rules.packs[0], *packs[1:])})
    wholly = rules.model_copy(update={"packs": tuple(packs)})

    assert "not reviewed: not for production" in said(normal, setting_of(partly, "CNY", chosen("Asia/Shanghai")))
    assert "; reviewed: for production)" in said(normal, setting_of(wholly, "CNY", chosen("Asia/Shanghai")))


@pytest.fixture
def ledger(new_sqlite: str) -> Iterator[Ledger]:
    """One open case with a notice deferred by two rules, and another one barred."""
    opened = open_ledger(new_sqlite)
    policy = {f"{kind}_{part}": 1 if part == "version" else "x" for kind in ("strategy", "rules") for part in PARTS}
    row = {"case_id": "A-1/1", "account_id": "A-1", "episode_no": 1, "step_no": 3, "notices": 0, "stage": "reminding"}
    with opened.write() as connection:
        insertion.insert(connection, [HISTORY])
        connection.execute(cases.insert().values(row | policy | {"opened_at": AT}))
    yield opened
    opened.close()


PARTS = ("name", "version", "digest")


def plan(ledger: Ledger, step_no: int, step: str, on: str | None, *rules: str) -> None:
    ahead = {"wake_at": None, "what": "w", "why": "y", "deferred_by": list(rules), "step": step, "on": on}
    with ledger.write() as connection:
        audit.append(connection, "A-1/1", "step", AT, {"step_no": step_no, "decision": {"next": ahead}})


def test_a_rule_that_kept_notices_back_is_told_with_its_reason_and_its_source(ledger: Ledger, rules: Rules) -> None:
    plan(ledger, 1, "reminder", "2026-03-02", "cn.day", "base.customer_hours")
    plan(ledger, 2, "second-reminder", None, "base.keyword")
    key = "A-1/1/second-reminder/1"
    with ledger.write() as connection:
        task = Task(f"barred/{key}", "P-1", "barred", AT, case_id="A-1/1", detail={"message": key})
        tasks.add(connection, task)

    with ledger.read() as connection:
        found = kept_back_of(connection, rules, DAY.replace(day=31))

    house = "Duecourse, the rules of the house, a design of this project, for the bank to adopt or to tighten"
    assert (found.deferred, found.left_later, found.barred) == (1, 0, 1)
    assert found.rules == (
        KeptBackByRule(
            rule="base.customer_hours",
            why="the customer asked for other hours",
            source=house,
            deferred=1,
            left_later=0,
            barred=0,
        ),
        KeptBackByRule(
            rule="base.keyword",
            why="the customer wants no more of these messages",
            source=house,
            deferred=0,
            left_later=0,
            barred=1,
        ),
        KeptBackByRule(
            rule="cn.day",
            why="outside 08:00 to 22:00, or the customer asked for other hours",
            source="China Banking Association, guideline on collecting personal consumer loans (trial), "
            "30 January 2026, article not seen",
            deferred=1,
            left_later=0,
            barred=0,
        ),
    )


def test_a_stop_and_a_rule_that_nobody_knows_are_told_all_the_same(ledger: Ledger, rules: Rules) -> None:
    plan(ledger, 1, "reminder", "2026-03-02", "stop.halt", "xx.gone")

    with ledger.read() as connection:
        found = kept_back_of(connection, rules, DAY.replace(day=31))

    assert [(row.rule, row.why) for row in found.rules] == [
        ("stop.halt", "an operator stopped contact"),
        ("xx.gone", ""),
    ]


def test_where_nothing_was_kept_back_and_nothing_was_told_the_report_says_so(extreme: Report) -> None:
    assert plain(keeping(figures_of(extreme))) == (
        "Contacts deferred or barred by rules: none; every notice left at its own time. "
        f"No customer has told a wish (0 on record). {MADE_UP}"
    )


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            {"persons": 1, "deferred": 1, "left_later": 0, "barred": 0},
            "1 notice was deferred (0 left later), 0 were barred until something happens. "
            "Of 1 customer a wish, an opt-out or a hold is on record.",
        ),
        (
            {"persons": 1_234, "deferred": 0, "left_later": 0, "barred": 2_345},
            "0 notices were deferred (0 left later), 2,345 were barred until something happens. "
            "Of 1,234 customers a wish, an opt-out or a hold is on record.",
        ),
    ],
)
def test_what_was_kept_back_is_told_in_a_sentence(counts: dict[str, int], sentence: str, extreme: Report) -> None:
    report = extreme.model_copy(update={"kept_back": KeptBack(rules=(), **counts)})

    assert plain(keeping(figures_of(report))) == f"{sentence} {MADE_UP}"


REQUEST = RequestContact(id="call-1")
PERMIT = PermitGiven(permit_id="A-1/1/permit/call-1", valid_from=AT, expires_at=AT + timedelta(hours=1))


def call(account_id: str, *rules: str, outcome: Outcome | None = None) -> Call:
    """A permitted call with this outcome, or one that these rules refused."""
    answer = Answer(id="call-1", accepted=not rules, text="t", refused_by=rules, permit=None if rules else PERMIT)
    return Call(account_id, REQUEST, answer, outcome)


def test_calls_are_counted_once_and_by_every_rule_that_refused_them(rules: Rules) -> None:
    calls = [
        call("A-1", outcome=Outcome.CONVERSATION),
        call("A-1", outcome=Outcome.NO_ANSWER),
        call("A-1", "cn.effective_calls", "stop.halt"),
        call("A-2", "cn.effective_calls"),
    ]

    found = calls_of(calls, rules)

    assert (found.cases, found.asked, found.permitted, found.conversations, found.refused) == (2, 4, 2, 1, 2)
    why = "at most 3 conversations in a day, bank and agencies together"
    (cap, stop) = found.rules
    assert (cap.rule, cap.why, cap.refused) == ("cn.effective_calls", why, 2)
    assert cap.source.startswith("GB/T 45251-2025")
    assert stop == RefusedByRule(
        rule="stop.halt", why="an operator stopped contact", source="emergency stop", refused=1
    )


def test_without_a_call_nothing_was_refused(rules: Rules) -> None:
    assert calls_of([], rules) == Calls(cases=0, asked=0, permitted=0, conversations=0, refused=0, rules=())


def test_what_became_of_the_calls_is_told_in_a_sentence(normal: Report, extreme: Report) -> None:
    said, alone = (plain(calling(figures_of(report))) for report in (normal, extreme))

    assert said.startswith(
        "At the end people of the bank and of two agencies asked for leave to make 1,120 calls about 20 open cases: "
        "55 permitted (38 conversations), 1,065 refused. Who calls whom, and what comes of it, is made up too: "
    )
    assert "to make 1 call about 1 open case: 1 permitted (1 conversation), 0 refused. " in alone


def test_persons_with_a_fact_are_counted(ledger: Ledger, rules: Rules) -> None:
    died = PastFact(at=AT, kind=FactKind.HOLD, name="deceased")
    with ledger.write() as connection:
        person_facts.add(connection, PersonFact("w-1", "P-1", died, AT))
        assert kept_back_of(connection, rules, DAY).persons == 1
