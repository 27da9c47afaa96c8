from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import ProgrammingError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment

from activities.health import LedgerActivities, Polling
from ledger.database import connect
from ledger.engine import Ledger


class Pauses:
    """Counts pauses instead of taking them; ``then`` happens during the pause of that number."""

    def __init__(self, **then: Callable[[], None]) -> None:
        self.taken: list[float] = []
        self.then = {int(number.removeprefix("at_")): act for number, act in then.items()}

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.then.get(len(self.taken), lambda: None)()

    def elapsed(self) -> float:
        return sum(self.taken)


def waiting(ledger: Ledger, pauses: Pauses, **polling: float) -> LedgerActivities:
    return LedgerActivities(ledger, polling=Polling(**polling), pause=pauses, seconds=pauses.elapsed)


@pytest.fixture
def away(tmp_path: Path) -> Ledger:
    return connect(f"sqlite:///{tmp_path / 'no' / 'folder.db'}")


def test_a_ledger_that_answers_is_not_waited_for(ledger: Ledger) -> None:
    pauses = Pauses()
    ActivityEnvironment().run(waiting(ledger, pauses).await_ledger)
    assert pauses.taken == []


def test_it_returns_as_soon_as_the_ledger_is_back(tmp_path: Path, away: Ledger) -> None:
    pauses = Pauses(at_3=(tmp_path / "no").mkdir)
    ActivityEnvironment().run(waiting(away, pauses).await_ledger)
    assert len(pauses.taken) == 3


def test_pauses_grow_to_a_second_and_each_is_a_sign_of_life(away: Ledger) -> None:
    pauses, signs, environment = Pauses(), [], ActivityEnvironment()
    environment.on_heartbeat = lambda *_: signs.append(1)
    with pytest.raises(ApplicationError):
        environment.run(waiting(away, pauses, in_all=20.0).await_ledger)
    assert pauses.taken[0] == 0.5
    assert pauses.taken[-1] == 1.0
    assert pauses.taken == sorted(pauses.taken)
    assert len(signs) == len(pauses.taken)


def test_after_ten_minutes_it_fails_to_be_tried_again(away: Ledger) -> None:
    pauses = Pauses()
    with pytest.raises(ApplicationError, match="did not answer for some minutes") as caught:
        ActivityEnvironment().run(waiting(away, pauses).await_ledger)
    assert caught.value.type == "LedgerUnavailable"
    assert not caught.value.non_retryable
    assert 600 <= pauses.elapsed() <= 601


def test_it_ends_with_the_pause_in_which_it_is_cancelled(away: Ledger) -> None:
    environment = ActivityEnvironment()
    pauses = Pauses(at_2=environment.cancel)
    with pytest.raises(CancelledError):
        environment.run(waiting(away, pauses).await_ledger)
    assert len(pauses.taken) == 2


def test_it_ends_with_the_pause_in_which_the_worker_stops_and_another_worker_goes_on(away: Ledger) -> None:
    environment = ActivityEnvironment()
    pauses = Pauses(at_2=environment.worker_shutdown)
    with pytest.raises(ApplicationError, match="this worker stops") as caught:
        environment.run(waiting(away, pauses).await_ledger)
    assert caught.value.type == "LedgerUnavailable"
    assert len(pauses.taken) == 2


def test_a_pause_is_cut_short_by_a_cancellation(away: Ledger) -> None:
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *_: environment.cancel()
    activities = LedgerActivities(away, polling=Polling(first=3600.0, longest=3600.0))
    with pytest.raises(CancelledError):
        environment.run(activities.await_ledger)


def test_a_bug_is_not_taken_for_an_outage(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Ledger) -> None:
        raise ProgrammingError("SELECT 1", {}, ValueError("Ms Canary"))

    monkeypatch.setattr(Ledger, "write", broken)
    with pytest.raises(ApplicationError) as caught:
        ActivityEnvironment().run(waiting(ledger, Pauses()).await_ledger)
    assert caught.value.type == "Unexpected"
    assert "Canary" not in str(caught.value)
