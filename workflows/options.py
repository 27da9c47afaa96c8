"""How long each kind of work may take and how it is tried again: named sets, chosen by kind of effect."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

from workflows.names import LEDGER_QUEUE


class LocalOptions(TypedDict):
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class EffectOptions(TypedDict):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


class WaitOptions(TypedDict):
    task_queue: str
    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


# A decision is short. Four tries span 3.5 s; a ledger that is away for longer is awaited, not hammered: local retries
# fill history with markers and stack traces.
DECISION: LocalOptions = {
    "start_to_close_timeout": timedelta(seconds=3),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=500), backoff_coefficient=2.0, maximum_attempts=4
    ),
}

# A message is tried until its day is clearly over; then the case is told that nobody knows. Each try asks the provider
# first, so trying often is safe. A sign of life comes every few seconds: without it the worker is dead, and another one
# takes the message over at once.
MESSAGE: EffectOptions = {
    "start_to_close_timeout": timedelta(minutes=2),
    "schedule_to_close_timeout": timedelta(hours=36),
    "heartbeat_timeout": timedelta(seconds=6),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=5)
    ),
}

# Polls inside, so an hour's outage costs a handful of events; no limit, because a case must outlive any outage.
LEDGER_WAIT: WaitOptions = {
    "task_queue": LEDGER_QUEUE,
    "start_to_close_timeout": timedelta(minutes=11),
    "heartbeat_timeout": timedelta(seconds=45),  # more than one try at a ledger that another writer keeps locked
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=1)),
}

# A pass goes on from where the last one ended, so any try may be cut off. It fails after some minutes to be seen; the
# schedule begins the next one all the same.
FEED: EffectOptions = {
    "start_to_close_timeout": timedelta(minutes=5),
    "schedule_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=20),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=30)
    ),
}

# A call ends by itself after four minutes, and tells its place while it lasts: a page may start a hundred cases, or ask
# channels that are slow.
RECONCILE: EffectOptions = {
    "start_to_close_timeout": timedelta(minutes=10),
    "schedule_to_close_timeout": timedelta(minutes=20),
    "heartbeat_timeout": timedelta(minutes=2),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=30)
    ),
}
