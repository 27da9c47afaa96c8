"""The auditor knows which notice comes first."""

from __future__ import annotations

import pytest

from domain.model.contact import Actor, Purpose

NOTICE = {"id": "transfer", "required_before": "collect_contact"}


@pytest.mark.parametrize(
    ("rule", "question", "given", "closed"),
    [
        ({}, {}, None, True),
        ({}, {}, ("2026-03-02T09:00", "transfer"), False),
        ({}, {}, ("2026-03-03T10:01", "transfer"), True),
        ({}, {}, ("2026-03-02T09:00", "other"), True),
        ({}, {"notice": "transfer"}, None, False),
        ({}, {"notice": "other"}, None, True),
        ({}, {"purpose": Purpose.SERVICE_NOTICE}, None, False),
        ({"required_before": "legal"}, {}, None, False),
        ({"required_before": None}, {}, None, False),
    ],
)
def test_nobody_collects_before_a_notice_that_must_come_first(w, rule, question, given, closed):
    facts = [w.fact(given[0], "notice_given", given[1])] if given else []
    found = w.judged(w.ask(**question), w.pack(notices=[NOTICE | rule]), *facts)
    assert found == (("cn.transfer",) if closed else ())


@pytest.mark.parametrize(
    ("given", "asked", "closed"),
    [
        ([("A",)], ("A",), False),
        ([("A",)], ("B",), True),
        ([("A",)], ("A", "B"), True),
        ([("A",), ("B",)], ("A", "B"), False),
        ([("A", "B")], ("B",), False),
        ([("A",)], (), True),
        ([()], ("B",), False),
        ([()], (), False),
    ],
)
def test_a_notice_is_given_for_the_debts_that_it_names(w, given, asked, closed):
    """Directive (EU) 2021/2167, art. 10(2): of each credit that was transferred, before it is first collected."""
    facts = [w.fact("2026-03-02T09:00", "notice_given", "transfer", debts=debts) for debts in given]
    found = w.judged(w.ask(debts=asked), w.pack(notices=[NOTICE]), *facts)
    assert found == (("cn.transfer",) if closed else ())


@pytest.mark.parametrize(
    ("delivery", "channel", "closed"),
    [
        (["letter", "email"], "letter", False),
        (["letter", "email"], "email", False),
        (["letter", "email"], "sms", True),
        ([], "sms", False),
    ],
)
def test_a_notice_leaves_before_itself_only_as_it_may_be_delivered(w, delivery, channel, closed):
    """Directive (EU) 2021/2167, art. 10(2): on paper or another durable medium."""
    pack = w.pack(notices=[NOTICE | {"delivery": delivery}])
    assert w.judged(w.ask(channel=channel, notice="transfer"), pack) == (("cn.transfer",) if closed else ())


@pytest.mark.parametrize(
    ("actor", "more", "closed"),
    [
        ("creditor", {}, False),
        ("agency", {}, True),
        ("law_firm", {}, True),
        ("purchaser", {}, True),
        ("agency", {"purpose": Purpose.LEGAL_NOTICE}, False),
        ("agency", {"notice": "transfer"}, False),
    ],
)
def test_an_agency_waits_for_the_notice_of_its_coming(w, actor, more, closed):
    """Hong Kong, Code of Banking Practice: advance written notice before a debt collection agency is used."""
    pack = w.pack(notices=[NOTICE | {"required_before": "agency_contact"}])
    asked = w.ask(actor=Actor(actor), **more)
    assert w.judged(asked, pack) == (("cn.transfer",) if closed else ())
    assert w.judged(asked, pack, w.fact("2026-03-02T09:00", "notice_given", "transfer")) == ()
