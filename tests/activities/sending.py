"""What the tests of sending ask for and look at."""

from collections.abc import Callable
from datetime import datetime, timedelta

from activities.channels.file import FileChannel
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult
from domain.model.contact import FactKind, Outcome, PastContact, PastFact
from domain.model.events import NoticeNotSent
from domain.model.strategy import Channel
from ledger.contacts import Contact
from tests.activities.world import (
    DECIDED_AT,
    ScriptedChannel,
    World,
)

KEY = "A-1/1/first/1"
SENT = NoticeResult()
LATER = DECIDED_AT + timedelta(minutes=5)
WorldOf = Callable[..., World]
"""Makes the small world with other rules, another strategy or another address."""


def send(world: World, channel: ScriptedChannel | None = None, **asked: object) -> NoticeResult:
    return world.messaging(channel).send_notice(world.command(**asked))  # type: ignore[arg-type]  # by name


def stop_of(result: NoticeResult) -> NoticeNotSent:
    assert result.not_sent is not None
    return result.not_sent


def blocker_of(result: NoticeResult) -> Blocker | None:
    return result.not_sent.blocker if result.not_sent else None


def scripted(world: World, **script: Callable[[], None]) -> ScriptedChannel:
    return ScriptedChannel(FileChannel(world.outbox), **script)  # type: ignore[arg-type]  # by name


def once_in_seven_days(**other: object) -> dict[str, object]:
    rule: dict[str, object] = {
        "id": "week",
        "max": 1,
        "unit": "message",
        "scope": ["person"],
        "actors_added": "all",
        "debts_mode": "any_debt",
        "period": {"kind": "rolling_dates", "n": 7},
        "source": "law",
    }
    return {**rule, **other}


def call(at: datetime, outcome: Outcome = Outcome.CONVERSATION, contact_id: str = "call-1") -> Contact:
    return Contact(contact_id, "P-1", PastContact(at=at, channel=Channel.CALL, outcome=outcome))


def fact(kind: FactKind, at: datetime = DECIDED_AT, **other: object) -> PastFact:
    return PastFact(at=at, kind=kind, **other)  # type: ignore[arg-type]  # by name


STOP_MESSAGES = fact(FactKind.OPT_OUT, address="C-1")
CEASE = fact(FactKind.HOLD, name="cease")
