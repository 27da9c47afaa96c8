"""Emergency stops by command: one person stops, another lets contact go on."""

from __future__ import annotations

import pytest

from ledger import policies, system_audit
from ledger.stops import CHAIN
from policies import Policies
from tests.starter.cli.conftest import OPENED_AT, Office

SET = ("stop", "set", "channel", "sms", "--by", "op-1", "--reason", "complaints", "--id", "s-1")


def test_a_stop_is_set_once_listed_and_released_by_a_second_person(office: Office) -> None:
    assert office.done(*SET) == ["stopped: contact by channel sms (stop s-1)"]
    assert office.done(*SET) == ["nothing changed: stop s-1 was set before"]
    (shown,) = office.json("stop", "list")
    assert (shown["stop"], shown["kind"], shown["value"], shown["set_by"]) == ("s-1", "channel", "sms", "op-1")
    assert "s-1" in office.done("stop", "list")[1]
    assert office.done("stop", "release", "s-1", "--by", "op-2") == ["released: stop s-1"]
    assert office.done("stop", "release", "s-1", "--by", "op-2") == ["nothing changed: stop s-1 was released before"]
    assert office.json("stop", "list") == []
    assert office.done("stop", "list") == ["no stop is in force"]


def test_a_stop_that_was_released_does_not_say_that_it_is_set_again(office: Office) -> None:
    office.done(*SET)
    office.done("stop", "release", "s-1", "--by", "op-2")
    told = "stop s-1 was released, and nothing is stopped by it: give a new --id to stop again"
    assert told in office.refused(*SET)
    assert office.json("stop", "list") == []


def test_who_stopped_and_who_released_is_in_the_audit(office: Office) -> None:
    office.done(*SET)
    office.done("stop", "release", "s-1", "--by", "op-2")
    with office.ledger.read() as conn:
        told = [(link.kind, link.content["by"]) for link in system_audit.rows(conn, CHAIN)]
        assert system_audit.verify(conn, CHAIN) is None
    assert told == [("stop_set", "op-1"), ("stop_released", "op-2")]


def test_a_stop_without_an_id_gets_one_that_is_told(office: Office) -> None:
    (line,) = office.done("stop", "set", "all", "--by", "op-1", "--reason", "drill")
    (shown,) = office.json("stop", "list")
    assert line == f"stopped: every contact (stop {shown['stop']})"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bank",), "every contact by the bank"),
        (("rules", "cn"), "contact under the rules cn"),
        (("strategy", "card-standard"), "contact by strategy card-standard"),
    ],
)
def test_every_kind_says_what_it_closes(office: Office, words: tuple[str, ...], told: str) -> None:
    assert office.done("stop", "set", *words, "--by", "op-1", "--reason", "drill", "--id", "s") == [
        f"stopped: {told} (stop s)"
    ]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("rules", "cnn"), "no rule pack cnn: nothing would be stopped; did you mean cn?"),
        (
            ("strategy", "card-standart"),
            "no strategy card-standart: nothing would be stopped; did you mean card-standard?",
        ),
        (("agency", "bank"), "bank is the bank itself, no agency: nothing would be stopped"),
        (("strategy", "zzz"), "no strategy zzz: nothing would be stopped; there are card-standard"),
    ],
)
def test_a_stop_that_would_close_nothing_is_refused(office: Office, words: tuple[str, ...], hint: str) -> None:
    assert hint in office.refused("stop", "set", *words, "--by", "op-1", "--reason", "drill")
    assert office.json("stop", "list") == []


def test_rules_and_strategies_that_cases_are_pinned_to_can_be_stopped(office: Office) -> None:
    own = Policies.named("card-standard")
    strategy = own.strategy.model_copy(update={"name": "own-ladder"})
    pack = own.rules.packs[-1]
    mine = pack.model_copy(update={"pack": pack.pack.model_copy(update={"id": "own"})})
    with office.ledger.write() as conn:
        policies.publish_strategy(conn, strategy, OPENED_AT)
        policies.publish_rules(conn, own.rules.model_copy(update={"name": "own", "packs": (mine,)}), OPENED_AT)
    for words in (("rules", "own"), ("strategy", "own-ladder")):
        assert office.done("stop", "set", *words, "--by", "op-1", "--reason", "drill")


def test_open_cases_hear_of_a_release_from_the_feed(office: Office) -> None:
    office.open_cases(["A-1", "A-3"])
    office.done(*SET)
    done, heard = office.done("stop", "release", "s-1", "--by", "op-2")
    assert done == "released: stop s-1"
    assert heard == "2 open cases hear of it from the feed"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("set", "everything", "--by", "o", "--reason", "r"), "'everything' is not one of"),
        (("set", "channel", "--by", "o", "--reason", "r"), "a stop of the kind channel needs a value"),
        (("set", "all", "sms", "--by", "o", "--reason", "r"), "a stop of the kind all has no value"),
        (("set", "channel", "pigeon", "--by", "o", "--reason", "r"), "'pigeon' is no channel"),
        (("set", "all", "--by", "two words", "--reason", "r"), "set by is no code"),
        (("set", "all", "--by", "o", "--reason", "a free text"), "reason is no code"),
        (("set", "all", "--by", "o", "--reason", "r", "--id", "a b"), "id is no code"),
        (("release", "none", "--by", "o"), "no stop none in the ledger"),
    ],
)
def test_bad_input_is_one_line(office: Office, words: tuple[str, ...], message: str) -> None:
    assert message in office.refused("stop", *words)


def test_who_set_a_stop_does_not_release_it(office: Office) -> None:
    office.done(*SET)
    assert "a second person must release the stop s-1" in office.refused("stop", "release", "s-1", "--by", "op-1")
    assert len(office.json("stop", "list")) == 1


def test_an_id_stands_for_one_stop(office: Office) -> None:
    office.done(*SET)
    other = ("stop", "set", "all", "--by", "op-1", "--reason", "complaints", "--id", "s-1")
    assert "stop s-1 is in the ledger with other content" in office.refused(*other)
