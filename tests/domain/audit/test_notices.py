"""The auditor knows which notice comes first."""

from __future__ import annotations

import pytest

from domain.model.contact import Purpose

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
