"""Under which rules a demo ran, in words, and what they kept back, by rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.model.contact import FactKind, PastFact
from domain.model.rules import Rules
from ledger import audit, person_facts, tasks
from ledger.engine import Ledger, open_ledger
from ledger.importers import insertion
from ledger.importers.history import AccountHistory
from ledger.person_facts import PersonFact
from ledger.tables import cases
from ledger.tasks import Task
from policies import load_rules
from starter.demo.headline import ground, keeping, plain
from starter.demo.hooks import figures_of
from starter.demo.lawful import kept_back_of, setting_of
from starter.demo.report import KeptBack, KeptBackByRule, Report, Setting
from starter.demo.window import Chosen

DAY = date(2026, 3, 1)
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
            why="it is outside of the hours of contact: "
            "00:00 to 24:00, less the hours against which the customer spoke",
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
            why="it is outside of the hours of contact: "
            "08:00 to 22:00, less the hours against which the customer spoke",
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
        "None: every notice was planned inside the hours and limits of contact. "
        "No customer of this portfolio has told a wish (0 on record)."
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

    assert plain(keeping(figures_of(report))) == sentence


def test_persons_with_a_fact_are_counted(ledger: Ledger, rules: Rules) -> None:
    died = PastFact(at=AT, kind=FactKind.HOLD, name="deceased")
    with ledger.write() as connection:
        person_facts.add(connection, PersonFact("w-1", "P-1", died, AT))
        assert kept_back_of(connection, rules, DAY).persons == 1
