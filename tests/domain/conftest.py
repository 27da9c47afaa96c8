"""What the tests of the pure decisions build from: money, rules, strategies, a tiny world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.events import Hold, Release
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import (
    Rules,
)
from domain.model.strategy import Strategy
from tests.domain.tiny_world import TinyWorld, make_rules, make_strategy, money


@pytest.fixture(scope="session")
def new_money() -> Callable[..., Money]:
    return money


@pytest.fixture(scope="session")
def new_rules() -> Callable[..., Rules]:
    return make_rules


@pytest.fixture(scope="session")
def new_strategy() -> Callable[..., Strategy]:
    return make_strategy


@pytest.fixture(scope="session")
def new_world() -> Callable[..., TinyWorld]:
    """A world of ``steps`` (the ladder), and of what else ``make_strategy`` and ``make_rules`` take."""

    def build(steps: dict[str, int | tuple[str, int]] | None = None, **more: object) -> TinyWorld:
        rules = {k: more.pop(k) for k in ("grace", "treatment_grace", "tolerance", "buckets") if k in more}
        limits = {
            k: more.pop(k)
            for k in ("days_between", "most_attempts", "least", "send_at", "channels", "spread_minutes")
            if k in more
        }
        return TinyWorld(make_strategy(steps or {"first": 5, "second": 15}, **limits), make_rules(**rules), **more)

    return build


@pytest.fixture(scope="session")
def unmet() -> Callable[..., tuple[Obligation, ...]]:
    """Obligations from due dates and unmet amounts."""

    def build(amounts: dict[date, str], currency: str = "EUR") -> tuple[Obligation, ...]:
        return tuple(
            Obligation(due_on=day, minimum=money(amount, currency), unmet=money(amount, currency))
            for day, amount in amounts.items()
        )

    return build


@pytest.fixture(scope="session")
def days_from() -> Callable[[date, int], list[date]]:
    return lambda first, count: [first + timedelta(days=i) for i in range(count)]


@pytest.fixture(scope="session")
def utc() -> Callable[..., datetime]:
    return lambda *parts: datetime(*parts, tzinfo=UTC)


@pytest.fixture(scope="session")
def hold() -> Callable[..., Hold]:
    return lambda message_id, reason="operator", **more: Hold(id=message_id, reason=reason, **more)


@pytest.fixture(scope="session")
def release() -> Callable[..., Release]:
    return lambda message_id, hold_id: Release(id=message_id, hold_id=hold_id)
