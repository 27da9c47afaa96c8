"""The loop's machinery, the same for every entity: doors, effects, drain. It decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

from domain.model.events import Answer, CancelRequested, Event, LedgerChanged, Quarantined, Request, Woken
from workflows.alarm import Alarm, Timer
from workflows.names import DOORBELL


class Entity:
    """What waits, asks and works in the background for one durable thing."""

    def __init__(self) -> None:
        self.inbox: list[Event] = []
        self.asking: list[Request] = []
        self.asked: dict[Request, asyncio.Future[Answer]] = {}
        self.effects: dict[str, asyncio.Task[None]] = {}
        self.failure: BaseException | None = None
        self.timer = Timer()

    # --- doors

    @workflow.signal(dynamic=True)
    def receive(self, name: str, contents: Sequence[RawValue]) -> None:
        """Take every signal as it is: a typed handler would lose, or choke on, what does not fit it."""
        if name == DOORBELL:
            self.inbox.append(LedgerChanged())
        if name != DOORBELL or contents:
            reason = "a doorbell carries no content" if name == DOORBELL else "no signal of this name is known"
            self.inbox.append(Quarantined(name=name[:80], reason=reason))

    async def ask(self, request: Request) -> Answer:
        """Put a request to the next decision and wait for its answer; the same one again shares it."""
        answer = self.asked.setdefault(request, asyncio.get_running_loop().create_future())
        self.asking.append(request)
        self.inbox.append(request)
        return await asyncio.shield(answer)

    def reply(self, answers: Sequence[Answer]) -> None:
        """A decision answers every request, in the order in which they came: an id may stand for two of them."""
        for answer in answers:
            waiting = self.asked.pop(self.asking.pop(0), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)

    # --- effects

    def start(self, key: str, effect: Callable[[], Coroutine[Any, Any, Event | None]], lost: Event) -> None:
        """Run an effect in the background, once for its key; ``lost`` is the event when its fate is not known."""
        if key not in self.effects:
            self.effects[key] = asyncio.create_task(self._run(key, effect, lost))

    async def _run(self, key: str, effect: Callable[[], Coroutine[Any, Any, Event | None]], lost: Event) -> None:
        try:
            event = await effect()
        except ActivityError:
            event = lost
        except Exception as error:  # a bug: kept for the loop to raise, or it would be lost with this task
            event, self.failure = None, error
        if event is not None:
            self.inbox.append(event)
        del self.effects[key]

    # --- drain

    def idle(self) -> bool:
        """Nothing arrived, nothing in flight, nobody waits for an answer."""
        return not self.inbox and not self.effects and workflow.all_handlers_finished()

    async def wait(self, done: Callable[[], bool], alarm: Alarm) -> list[Event]:
        """Sleep until something arrives, the time is over, or the entity may end; return what arrived."""
        if alarm.kept and not self.inbox:
            self.timer.wind(alarm)
        try:
            await workflow.wait_condition(
                lambda: bool(self.inbox or self.failure) or self.timer.rang or (self.idle() and done()),
                timeout=None if alarm.kept else alarm.left,
                timeout_summary=alarm.why,
            )
        except TimeoutError:
            self.inbox.append(Woken())
        except asyncio.CancelledError:
            self.inbox.append(CancelRequested())
        if self.timer.rang:
            self.timer.stop()
            self.inbox = self.inbox or [Woken()]
        if self.failure is not None:
            raise self.failure
        return self.take()

    def take(self) -> list[Event]:
        events, self.inbox = self.inbox, []
        return events

    async def unless_cancelled(self, work: asyncio.Task[Any]) -> None:
        """Finish work that must not be cut short; a cancellation meanwhile is an event for the next round."""
        while not work.done():
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                if work.cancelled():
                    raise
                self.inbox.append(CancelRequested())
