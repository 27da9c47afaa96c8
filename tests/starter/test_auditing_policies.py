"""A policy that somebody changed after it was published is named, and nothing rests on it silently."""

from __future__ import annotations

import pytest
from sqlalchemy import func, update

from ledger import policies as published
from ledger.tables import policies
from tests.starter.portfolio import Portfolio, found, unguarded


@pytest.fixture(autouse=True)
def nothing_was_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_parsed", {})


def rewrite(book: Portfolio, body: object, kind: str = "rules") -> None:
    with unguarded(book.ledger) as conn:
        conn.execute(update(policies).where(policies.c.kind == kind).values(body=body))


def test_policies_as_they_were_published_are_clean(book: Portfolio) -> None:
    book.person("m")
    assert book.audit().is_clean


@pytest.mark.parametrize("kind", ["rules", "strategy"])
def test_a_policy_that_was_changed_is_named_though_nobody_was_reached(book: Portfolio, kind: str) -> None:
    book.person("m")
    rewrite(book, func.replace(policies.c.body, '"title":"', '"title":"Other '), kind)
    audited = book.audit()
    ((what, named),) = [(policy.kind, policy.name) for policy in audited.policies]
    assert (what, audited.is_clean, audited.breaches, audited.tampered) == (kind, False, (), ())
    assert named == {"rules": "cn"}.get(kind, named)
    assert audited.headline.endswith("; 1 policies not as they were published")


def test_hours_that_were_made_longer_afterwards_allow_nothing_in_silence(book: Portfolio) -> None:
    book.person("m")
    book.reach("m", "2026-03-03T23:00")
    rewrite(book, func.replace(policies.c.body, '"close":"22:00"', '"close":"23:59"'))
    audited = book.audit()
    assert audited.breaches == (), "it is judged by what is stored"
    assert [policy.name for policy in audited.policies] == ["cn"]


@pytest.mark.parametrize("body", ["", "{}", "[", '{"name":7}', "null"])
def test_a_policy_that_is_nonsense_is_named_and_judges_nothing(book: Portfolio, body: str) -> None:
    book.person("m")
    contact_id = book.reach("m")
    rewrite(book, body)
    audited = book.audit()
    assert [policy.name for policy in audited.policies] == ["cn"]
    assert found(audited) == [(contact_id, "gate.no_rules")]
