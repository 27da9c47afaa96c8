"""Notices: what must have been given before anything is collected."""

import pytest

from domain.model.contact import Actor, Purpose
from tests.domain.compliance.small_packs import answer, ask, fact, pack, record, rule, verdict

BEFORE = pack(notices=[rule("transfer", required_before="collect_contact")])


def given(name="transfer", at="2026-03-01T09:00", **says):
    return fact(at, "notice_given", name, **says)


@pytest.mark.parametrize(
    ("asked", "entries", "expected"),
    [
        ({}, [], "event"),
        ({}, [given()], "allow"),
        ({}, [given("other")], "event"),
        ({}, [given(at="2026-03-04T09:00")], "event"),
        ({"notice": "transfer"}, [], "allow"),
        ({"notice": "other"}, [], "event"),
        ({"purpose": Purpose.SERVICE_NOTICE}, [], "allow"),
        ({"debts": ("a", "b")}, [given(debts=("a",))], "event"),
        ({"debts": ("a", "b")}, [given(debts=("a",)), given(debts=("b",))], "allow"),
        ({"debts": ()}, [given(debts=("a",))], "event"),  # about some debts is not about all
        ({"debts": ()}, [given(debts=("a",)), given()], "allow"),
    ],
)
def test_nothing_is_collected_before_the_notice_but_the_notice_itself_leaves(asked, entries, expected):
    assert answer(ask(**asked), record(*entries), BEFORE) == expected


@pytest.mark.parametrize(
    ("delivery", "channel", "expected"),
    [
        # Directive (EU) 2021/2167 art. 10(2): on paper or another durable medium
        (["letter", "email"], "letter", "allow"),
        (["letter", "email"], "email", "allow"),
        (["letter", "email"], "sms", "event"),
        (["letter", "email"], "call", "event"),
        ([], "sms", "allow"),
    ],
)
def test_the_notice_leaves_before_itself_only_by_a_channel_on_which_it_is_one(delivery, channel, expected):
    rules = pack(notices=[rule("transfer", required_before="collect_contact", delivery=delivery)])
    assert answer(ask(channel=channel, notice="transfer"), record(), rules) == expected


@pytest.mark.parametrize(
    ("asked", "entries", "expected"),
    [
        # Hong Kong, Code of Banking Practice: the customer is told before a debt collection agency writes or calls
        ({"actor": Actor.CREDITOR}, [], "allow"),
        ({"actor": Actor.AGENCY}, [], "event"),
        ({"actor": Actor.LAW_FIRM}, [], "event"),
        ({"actor": Actor.AGENCY}, [given()], "allow"),
        ({"actor": Actor.AGENCY, "purpose": Purpose.SERVICE_NOTICE}, [], "allow"),
        ({"actor": Actor.AGENCY, "notice": "transfer"}, [], "allow"),
    ],
)
def test_a_notice_before_contact_by_an_agency_binds_all_but_the_bank(asked, entries, expected):
    rules = pack(notices=[rule("transfer", required_before="agency_contact")])
    assert answer(ask(**asked), record(*entries), rules) == expected


def test_a_notice_before_another_action_refuses_no_contact():
    assert answer(ask(), record(), pack(notices=[rule("sale", required_before="sell")])) == "allow"


@pytest.mark.parametrize(
    ("due", "entries", "conditions"),
    [
        ({"n": 5, "unit": "calendar_days", "after": "first_talk"}, [], ()),
        ({"n": 5, "unit": "calendar_days", "after": "first_talk"}, [("event", "first_talk")], ("xx.rights",)),
        ({"n": 5, "unit": "calendar_days", "after": "first_talk"}, [("event", "other")], ()),
        (
            {"n": 5, "unit": "calendar_days", "after": "first_talk"},
            [("event", "first_talk"), ("notice_given", "rights")],
            (),
        ),
        ({"n": 5, "unit": "calendar_days"}, [("event", "first_talk")], ()),
        (None, [("event", "first_talk")], ()),
    ],
)
def test_a_notice_whose_clock_has_started_is_a_condition_until_it_is_given(due, entries, conditions):
    rules = pack(notices=[rule("rights", due=due)])
    facts = [fact("2026-03-01T09:00", kind, name) for kind, name in entries]
    assert verdict(ask(), record(*facts), rules).conditions == conditions
