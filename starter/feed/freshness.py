"""How fresh the ledger is: until when the bank says that it is complete, and until when cases were told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.model.errors import InputError
from domain.model.strategy import Strategy
from ledger import changes, people, policies, postings, rings, system_audit, watches, watermarks
from ledger.changes import FEED, Waiting
from ledger.postings import Counts
from ledger.rings import Unheard
from ledger.watermarks import LEDGER_FEED, RELAY

CHAIN = "feeds"
"""Name of the chain of the system's audit that tells of what the bank said of its feed."""


@dataclass(frozen=True)
class Backlog:
    """What of the ledger the cases do not know yet."""

    changes: Waiting
    rings: Unheard
    postings: Counts
    watched: int
    """Accounts without a case that fall past due on a day to come if nothing more is paid."""


@dataclass(frozen=True)
class FeedStatus:
    """How the feed stands at an instant."""

    at: datetime
    complete_until: datetime | None
    """What the bank said; None: it never did, and the ledger is its own truth."""
    relayed_until: datetime | None
    """Until then all that is in the ledger was relayed to cases; None: the feed never ran."""
    fresh_until: datetime | None
    """The earlier of both: on it contact and judgement depend."""
    strategies: tuple[Strategy, ...]

    @property
    def age(self) -> timedelta | None:
        return None if self.fresh_until is None else max(timedelta(), self.at - self.fresh_until)

    def is_silent(self, strategy: Strategy) -> bool:
        """Whether this strategy's contact waits for the feed."""
        return self.age is not None and self.age > timedelta(hours=strategy.fresh_within_hours)

    @property
    def silent(self) -> tuple[str, ...]:
        """Names of the strategies that wait."""
        return tuple(strategy.name for strategy in self.strategies if self.is_silent(strategy))


def status(conn: Connection, for_new_cases: Strategy, at: datetime) -> FeedStatus:
    """The feed by the bound of each strategy that open cases use, and of the one that new cases get."""
    used = [policies.strategy(conn, ref) for ref in people.strategies_in_use(conn)]
    strategies = {(each.name, each.version): each for each in (for_new_cases, *used)}
    return FeedStatus(
        at=at,
        complete_until=watermarks.get(conn, LEDGER_FEED),
        relayed_until=watermarks.get(conn, RELAY),
        fresh_until=watermarks.fresh_until(conn),
        strategies=tuple(strategies.values()),
    )


def backlog(conn: Connection) -> Backlog:
    """What waits between the ledger and the cases."""
    return Backlog(
        changes=changes.waiting(conn, FEED),
        rings=rings.unheard(conn),
        postings=postings.counts(conn),
        watched=watches.count(conn),
    )


def say_complete(conn: Connection, until: datetime, at: datetime) -> bool:
    """The bank says that its feed is complete until then; False when that was known. It never goes back.

    Raises InputError for an instant that has not come: nobody can know that nothing will be missing.
    """
    if until > at:
        raise InputError(f"the feed cannot be complete until {until.isoformat()}: that has not come yet")
    if not watermarks.advance(conn, LEDGER_FEED, until, at):
        return False
    system_audit.append(conn, CHAIN, "feed_complete", at, {"feed": LEDGER_FEED, "until": until.isoformat()})
    return True
