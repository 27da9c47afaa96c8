"""A sign of life while an effect runs: a worker that dies is missed within seconds, not at the effect's time limit."""

import asyncio
import contextvars
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from temporalio import activity

_log = logging.getLogger(__name__)

EVERY_S = 1.0


@contextmanager
def pulse(every_s: float = EVERY_S) -> Iterator[None]:
    """Heartbeat from a thread of its own while the block runs; an effect that is over before the first beat has none.

    Outside of an activity the block just runs.
    """
    if not activity.in_activity():
        yield
        return
    over = threading.Event()
    # The activity's own context: a heartbeat finds its activity there.
    context = contextvars.copy_context()
    # A daemon, and left behind after one beat's time: no sign of life ever holds up an effect or the worker's end.
    beating = threading.Thread(target=context.run, args=(_beat, over, every_s), name="pulse", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join(every_s)


def _beat(over: threading.Event, every_s: float) -> None:
    while not over.wait(every_s):
        try:
            activity.heartbeat()
        except Exception as error:  # the worker is busy or about to end: the effect goes on, and so does the next beat
            _log.debug("a heartbeat was not taken: %s", type(error).__name__)


@asynccontextmanager
async def alive(beat: Callable[[], None], every_s: float) -> AsyncIterator[None]:
    """Beat again and again while an asynchronous block runs: one page of calls to a slow server takes its time."""

    async def beats() -> None:
        while True:
            beat()
            await asyncio.sleep(every_s)

    beating = asyncio.create_task(beats())
    try:
        yield
    finally:
        beating.cancel()
