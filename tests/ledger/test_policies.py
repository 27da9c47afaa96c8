"""Policies: a published version never changes, and is what a case is pinned to."""

from datetime import UTC, datetime

import pytest

from domain.model.causes import Cause, CausePath
from domain.model.errors import InputError
from ledger import policies
from ledger.canonical import canonical, sha256

AT = datetime(2005, 6, 1, tzinfo=UTC)


def test_what_was_published_is_read_back_by_its_reference(book, strategy, rules) -> None:
    strategy_ref = policies.publish_strategy(book.conn, strategy, AT)
    rules_ref = policies.publish_rules(book.conn, rules, AT)
    assert str(strategy_ref) == "cards v1"
    assert policies.pinned(book.conn, strategy_ref, rules_ref) == (strategy, rules)
    assert policies.strategy(book.conn, strategy_ref) == strategy
    assert policies.rules(book.conn, rules_ref) == rules


def test_publishing_the_same_again_gives_the_same_reference(book, strategy, rules) -> None:
    assert policies.publish_strategy(book.conn, strategy, AT) == policies.publish_strategy(book.conn, strategy, AT)
    assert policies.publish_rules(book.conn, rules, AT) == policies.publish_rules(book.conn, rules, AT)


def test_a_section_that_came_later_changes_no_digest_where_there_is_none(book, strategy) -> None:
    bare = policies.publish_strategy(book.conn, strategy, AT)
    written = {name: value for name, value in strategy.model_dump(mode="json").items() if name != "causes"}
    assert bare.digest == sha256(canonical(written))[:16]
    path = {Cause.FORGOT: CausePath(offers=("auto-debit",))}
    with_path = strategy.model_copy(update={"version": 2, "causes": path})
    assert policies.strategy(book.conn, policies.publish_strategy(book.conn, with_path, AT)) == with_path


def test_a_published_version_with_other_content_is_refused(book, strategy, rules) -> None:
    policies.publish_strategy(book.conn, strategy, AT)
    policies.publish_rules(book.conn, rules, AT)
    with pytest.raises(InputError, match=r"^strategy cards v1 was changed; give it a new version$"):
        policies.publish_strategy(book.conn, strategy.model_copy(update={"title": "Other"}), AT)
    with pytest.raises(InputError, match=r"^rules tw v1 was changed; give it a new version$"):
        policies.publish_rules(book.conn, rules.model_copy(update={"title": "Other"}), AT)


def test_a_case_keeps_the_version_that_it_is_pinned_to(book, strategy) -> None:
    first = policies.publish_strategy(book.conn, strategy, AT)
    second = policies.publish_strategy(book.conn, strategy.model_copy(update={"version": 2, "days_between": 6}), AT)
    assert policies.strategy(book.conn, first).days_between == 2
    assert policies.strategy(book.conn, second).days_between == 6


def test_what_was_never_published_is_told(book, strategy) -> None:
    ref = policies.publish_strategy(book.conn, strategy, AT)
    with pytest.raises(InputError, match=r"strategy cards v1 .* is not published in this ledger"):
        policies.strategy(book.conn, ref.model_copy(update={"digest": "0" * 16}))


def test_policies_parsed_before_are_forgotten_before_they_grow_without_end(book, strategy, monkeypatch) -> None:
    monkeypatch.setattr(policies, "_parsed", {})
    monkeypatch.setattr(policies, "_MOST_PARSED", 2)
    for version in range(1, 6):
        ref = policies.publish_strategy(book.conn, strategy.model_copy(update={"version": version}), AT)
        assert policies.strategy(book.conn, ref).version == version
    assert len(policies._parsed) <= 2


def test_whether_a_ledger_has_what_a_case_is_pinned_to(book, strategy, rules) -> None:
    strategy_ref = policies.publish_strategy(book.conn, strategy, AT)
    rules_ref = policies.publish_rules(book.conn, rules, AT)
    assert policies.are_published(book.conn, strategy_ref, rules_ref)
    for other in ({"digest": "0" * 16}, {"version": 7}, {"name": "other"}):
        assert not policies.are_published(book.conn, strategy_ref.model_copy(update=other), rules_ref)
        assert not policies.are_published(book.conn, strategy_ref, rules_ref.model_copy(update=other))
