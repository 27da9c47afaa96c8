"""A day of calls at the end of a demo: people of the bank and of two agencies ask for leave, call, and report.

Who calls whom is made up, leave is not: each case gives or refuses it through the door that agents use. All calls about
one case are asked for in the same instant, and they are more than its rules allow. An operator stopped one agency.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from domain.calendar import local_day, local_instant
from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, Outcome, Party
from domain.model.events import Answer, Request
from domain.model.permits import ReportContact, RequestContact
from domain.model.stops import StopKind
from ledger import report, stops
from ledger.engine import Ledger
from ledger.stops import Stop
from starter.demo.together import for_each
from starter.demo.window import Chosen
from starter.requests import ask, look
from workflows.names import case_workflow_id

MOST_CASES = 20
AGENCY, STOPPED_AGENCY = "agency-north", "agency-south"
STOP_ID = "agency-south-suspended"
_A_STOPPED_CASE_IN = 4
"""In every fourth case the agency that calls is the one that an operator stopped."""
_CONVERSATIONS_OF_A_HUNDRED = 70
_AT_ONCE = 8
_MOST_SKIPS = 5_000
_CALLS_AT = time(18, 30)
"""Local time of day: by then a customer has told what is told on a day, and most who prefer other hours are free."""
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Call:
    """A call that somebody asked leave for, and what the case answered."""

    account_id: str
    asked: RequestContact
    answer: Answer
    outcome: Outcome | None = None
    """What became of it, when it was permitted."""


@dataclass(frozen=True)
class Desk:
    """A case that is called about, the instant at which its day of calls begins, and its place in the list."""

    account_id: str
    at: datetime
    day: date
    place: int


@dataclass(frozen=True)
class Phone:
    """What all who call need: the way to the cases, and the seed of what comes of a call."""

    client: Client
    clock: TimeSkipper
    seed: int


async def day_of_calls(client: Client, ledger: Ledger, chosen: Sequence[Chosen], seed: int) -> list[Call]:
    """Call about some of the cases that are open still: those first that the seed chose first."""
    phone = Phone(client, TimeSkipper(client, config=TimeSkippingConfig(max_session_skip_count=_MOST_SKIPS)), seed)
    desks = [await _desk(client, one, place) for place, one in enumerate(_called_about(ledger, chosen))]
    if not desks:
        return []
    # In the time of the cases, which lies ahead: who stops and who releases live on the day of the calls.
    with ledger.write() as connection:
        since = min(desk.at for desk in desks) - timedelta(hours=1)
        stops.set_stop(connection, Stop(STOP_ID, StopKind.AGENCY, STOPPED_AGENCY, since, "operator-1", "complaints"))
    done = await for_each(desks, lambda desk: _calls(phone, desk), _AT_ONCE)
    with ledger.write() as connection:
        stops.release(connection, STOP_ID, max(over_at for _, over_at in done), "operator-2")
    return [call for calls, _ in done for call in calls]


def _called_about(ledger: Ledger, chosen: Sequence[Chosen]) -> list[Chosen]:
    """One open case of each person: caps are the person's, and every case has a clock of its own."""
    with ledger.read() as connection:
        is_open = {episode.account_id for episode in report.episodes(connection) if episode.closed_at is None}
    first: dict[str, Chosen] = {}
    for one in chosen:
        if one.history.account_id in is_open:
            first.setdefault(one.history.person_id, one)
    return list(first.values())[:MOST_CASES]


async def _desk(client: Client, one: Chosen, place: int) -> Desk:
    """The day that the case has reached by its own clock, in the evening."""
    account = one.history
    as_of = (await look(client, account.account_id)).as_of
    day = local_day(as_of, account.zone)
    return Desk(account.account_id, max(as_of, local_instant(day, _CALLS_AT, account.zone)), day, place)


def wanted(place: int, day: date) -> Iterator[RequestContact]:
    """The calls about the case at this place in the list: five to the customer, one to somebody else."""
    is_stopped = place % _A_STOPPED_CASE_IN == _A_STOPPED_CASE_IN - 1
    agency, by_bank = (STOPPED_AGENCY, 2) if is_stopped else (AGENCY, 3)
    for number in range(1, 6):
        actor = Actor.CREDITOR if number <= by_bank else Actor.AGENCY
        collector = COLLECTOR_OF_THE_BANK if actor is Actor.CREDITOR else agency
        yield RequestContact(id=f"call-{number}", actor=actor, collector=collector, day=day)
    yield RequestContact(id="call-6", party=Party.SPOUSE if place % 2 else Party.COLLEAGUE, day=day)


async def _calls(phone: Phone, desk: Desk) -> tuple[list[Call], datetime]:
    """The calls about one case, and an instant by which its day of calls is over."""
    await _forward(phone, desk, desk.at)
    requests = list(wanted(desk.place, desk.day))
    answers = await asyncio.gather(*(ask(phone.client, desk.account_id, request) for request in requests))
    permitted = [both for both in zip(requests, answers, strict=True) if both[1].permit is not None]
    over_at = max((answer.permit.expires_at for _, answer in permitted if answer.permit), default=desk.at) + _A_MINUTE
    await _forward(phone, desk, over_at)
    chance = Random(f"duecourse/calls/{phone.seed}/{desk.account_id}")  # noqa: S311  # a simulation, not a secret
    reports = list(made(permitted, chance))
    await asyncio.gather(*(_tell(phone.client, desk, one) for one in reports))
    became = {told.permit_id: told.outcome for told in reports}
    calls = [
        Call(desk.account_id, request, answer, became[answer.permit.permit_id] if answer.permit else None)
        for request, answer in zip(requests, answers, strict=True)
    ]
    return calls, over_at


async def _forward(phone: Phone, desk: Desk, until: datetime) -> None:
    """Let the clock of the case, in which nothing else happens, reach this instant: what lies ahead is not told."""
    handle = phone.client.get_workflow_handle(case_workflow_id(desk.account_id))
    seen = (await handle.describe()).raw_description.workflow_extended_info
    is_virtual = seen.HasField("time_skipping_info")
    ahead = until - (seen.time_skipping_info.current_time.ToDatetime(UTC) if is_virtual else datetime.now(UTC))
    if ahead > timedelta():
        await phone.clock.fast_forward(handle, ahead)


def made(permitted: Sequence[tuple[RequestContact, Answer]], chance: Random) -> Iterator[ReportContact]:
    """The permitted calls as they were made, one after the other within the time of their permits."""
    for place, (call, answer) in enumerate(permitted, 1):
        permit = answer.permit
        assert permit is not None
        spoke = chance.randrange(100) < _CONVERSATIONS_OF_A_HUNDRED
        yield ReportContact(
            id=call.id.replace("call", "report"),
            permit_id=permit.permit_id,
            outcome=Outcome.CONVERSATION if spoke else Outcome.NO_ANSWER,
            made_at=permit.valid_from + (permit.expires_at - permit.valid_from) * place / (len(permitted) + 1),
            party=call.party,
            actor=call.actor,
            collector=call.collector,
        )


async def _tell(client: Client, desk: Desk, told: Request) -> None:
    answer = await ask(client, desk.account_id, told)
    if not answer.accepted:
        raise RuntimeError(f"a call that was permitted could not be reported, a bug: {answer.text}")
