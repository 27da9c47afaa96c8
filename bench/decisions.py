"""How many decisions a second one core takes: `python -m bench.decisions`. The design asks for 10,000 and more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter

from domain.case.decide import decide
from domain.model.case import Case, Stage
from domain.model.events import Woken
from domain.model.facts import Account, Facts, MessageState, Notice, Obligation, World
from domain.model.money import Money
from domain.model.strategy import Channel, PolicyRef
from policies import load_rules, load_strategy

_AT = datetime(2024, 6, 5, 1, 30, tzinfo=UTC)
_DECISIONS = 4_000
_ROUNDS = 5


def _case() -> Case:
    pinned = PolicyRef(name="card-standard", version=1, digest="0" * 16)
    account = Account(account_id="a1", currency="TWD", zone="Asia/Taipei")
    before = _AT - timedelta(days=5)
    return Case(
        case_id="a1/1",
        account=account,
        episode_no=1,
        strategy=pinned,
        rules=pinned,
        as_of=before,
        stage=Stage.REMINDING,
    )


def _facts(steps: tuple[str, ...]) -> Facts:
    minimum = Money.of_minor(50_000, "TWD")
    strategy = load_strategy("card-standard")
    return Facts(
        as_of=_AT,
        account=_case().account,
        balance=Money.of_minor(500_000, "TWD"),
        obligations=tuple(Obligation(due_on=date(2024, m, 20), minimum=minimum, unmet=minimum) for m in (4, 5)),
        notices=tuple(_notice(step, i) for i, step in enumerate(steps)),
        strategy=strategy,
        rules=load_rules(strategy.rules),
        world=World(next_change_on=date(2024, 6, 20), ends_on=date(2024, 10, 31)),
    )


def _notice(step: str, number: int) -> Notice:
    on = date(2024, 5, 23) + timedelta(days=5 * number)
    return Notice(key=f"a1/1/{step}/1", step=step, attempt=1, channel=Channel.FILE, state=MessageState.SENT, on=on)


def per_second(work: Callable[[], object]) -> float:
    """The median rate of some rounds of work."""
    rates = []
    for _ in range(_ROUNDS):
        began = perf_counter()
        for _ in range(_DECISIONS):
            work()
        rates.append(_DECISIONS / (perf_counter() - began))
    return median(rates)


def main() -> None:
    case, sends, waits = _case(), _facts(()), _facts(("reminder", "second-reminder"))
    for name, facts in (("a decision that sends", sends), ("a decision that waits", waits)):
        print(f"{name}: {per_second(lambda facts=facts: decide(case, (Woken(),), facts, _AT)):,.0f} a second")


if __name__ == "__main__":
    main()
