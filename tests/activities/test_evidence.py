"""What the audit says of a decision: which rules keep the next notice from its own time."""

from datetime import UTC, date, datetime

import pytest

from activities import evidence
from domain.model.case import Advance, Case, LadderView, Next, Step
from domain.model.facts import Account, Facts
from domain.model.money import Money
from domain.model.strategy import PolicyRef
from policies import load_rules, load_strategy

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ACCOUNT = Account(account_id="A-1", currency="TWD", zone="Asia/Taipei")
POLICY = PolicyRef(name="x", version=1, digest="0" * 64)
CASE = Case(case_id="A-1/1", account=ACCOUNT, episode_no=1, strategy=POLICY, rules=POLICY, as_of=AT)


def next_of(ladder: LadderView, *rules: str) -> dict[str, object]:
    """What the audit row of a step says of what comes next."""
    case = CASE.model_copy(update={"ladder": ladder, "next": Next(what="waits", why="so", deferred_by=rules)})
    strategy = load_strategy("card-standard")
    facts = Facts(
        as_of=AT,
        account=ACCOUNT,
        balance=Money.of_minor(0, "TWD"),
        strategy=strategy,
        rules=load_rules(strategy.rules),
    )
    body = evidence.of_step(Advance(case=case, events=(), as_of=AT), facts, Step(case=case))
    decision = body["decision"]
    assert isinstance(decision, dict)
    found = decision["next"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("day", "on"), [(date(2026, 3, 9), "2026-03-09"), (None, None)], ids=["later", "barred"])
def test_a_notice_that_rules_keep_back_is_named_with_its_rules_and_its_day(day: date | None, on: str | None) -> None:
    found = next_of(LadderView(next_step="reminder", next_on=day), "base.customer_hours", "cn.day")

    assert (found["deferred_by"], found["step"], found["on"]) == (["base.customer_hours", "cn.day"], "reminder", on)


def test_of_a_notice_that_leaves_at_its_own_time_no_rule_is_named() -> None:
    found = next_of(LadderView(next_step="reminder", next_on=date(2026, 3, 9)))

    assert found == {"wake_at": None, "what": "waits", "why": "so"}
