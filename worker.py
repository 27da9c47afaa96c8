"""Composition root: settings to adapters to activities to workers. It builds and joins, and decides nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.advance import CaseActivities
from activities.bureau import Bureau
from activities.bureaus.base import CreditBureau
from activities.bureaus.embedded import EmbeddedBureau
from activities.bureaus.listed import ListedBureau
from activities.bureaus.none import NoBureau
from activities.cards.base import CardSystem
from activities.cards.embedded import EmbeddedCards
from activities.cards.listed import ListedCards
from activities.channels import ChannelAdapter
from activities.channels.call import CallTasks
from activities.channels.email import Email, EmailSettings
from activities.channels.file import FileChannel
from activities.channels.http_sms import HttpSms, HttpSmsSettings
from activities.channels.settings import checked
from activities.channels.sms import Sms, SmsSettings
from activities.debiting import Debits
from activities.debits.base import DebitProvider
from activities.debits.embedded import EmbeddedDebits, read_declines
from activities.debits.listed import ListedDebits
from activities.feed import FeedActivities, Relay
from activities.health import LedgerActivities, Polling
from activities.messaging import Messaging
from activities.money import Cards
from activities.reconcile import Pass, ReconcileActivities
from activities.stuck import StuckMessages
from domain.model.errors import InputError, SurroundingsError
from domain.model.feed import FeedAsk, FeedPass
from domain.model.money import Money
from domain.model.reconcile import ReconcileAsk, Reconciled
from domain.model.strategy import Channel
from ledger.engine import Ledger, open_ledger
from policies import Policies
from starter.connection import connect, leave_cleanly, register_search_attributes
from starter.demo.listening import listeners
from starter.feed import relay as feed_relay
from starter.feed.bell import ring_at_changes
from starter.feed.delivery import Door
from starter.posting import Payment, Posted, post_payment
from starter.reconcile.reconciler import Reconciler
from starter.reconcile.server import Server
from starter.settings import Settings, load_settings
from starter.wording import check_words, texts_for
from workflows.case import CaseWorkflow
from workflows.feed import LedgerFeedWorkflow
from workflows.names import CASES_QUEUE, LEDGER_QUEUE, OPERATIONS_QUEUE
from workflows.reconcile import ReconcilerWorkflow

GRACE = timedelta(seconds=30)
"""How long work in flight may take to finish when the worker is asked to stop."""
_WAITING_AT_ONCE = 100
"""Cases that one worker watches the ledger for while it is away; the others wait in the queue, at no cost."""
_OPERATIONS_AT_ONCE = 4
READY = "worker ready"
"""Printed to standard error once the worker polls."""

# Loaded once, not once for each run: they hold no clock, no chance and no I/O (a lint rule sees to it).
PASSED_THROUGH = (
    "domain.model",
    "workflows.alarm",
    "workflows.doors",
    "workflows.entity",
    "workflows.names",
    "workflows.options",
    "workflows.page",
    "workflows.ports",
)


def workflow_runner() -> SandboxedWorkflowRunner:
    """The runner of every worker and replayer."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def channels(settings: Settings, ledger: Ledger) -> dict[Channel, ChannelAdapter]:
    """The ways out: one line each; raises InputError for settings that cannot be used."""
    ways: dict[Channel, ChannelAdapter] = {
        Channel.FILE: FileChannel(settings.outbox),
        Channel.CALL: CallTasks(ledger),
    }
    if settings.email:
        ways[Channel.EMAIL] = Email(checked(EmailSettings, "email", settings.email))
    if settings.sms_http:
        provider = HttpSms(checked(HttpSmsSettings, "sms_http", settings.sms_http))
        ways[Channel.SMS] = Sms(provider, checked(SmsSettings, "sms", settings.sms))
    if settings.letter:
        from activities.channels.letter import Letters, LetterSettings  # needs the extra `letters`

        ways[Channel.LETTER] = Letters(checked(LetterSettings, "letter", settings.letter))
    return ways


def card_system(settings: Settings, ledger: Ledger) -> CardSystem:
    """Who does what the engine grants."""
    return EmbeddedCards(ledger) if settings.card_system == "embedded" else ListedCards()


def debit_provider(settings: Settings, ledger: Ledger) -> DebitProvider:
    """Who debits by mandate; raises InputError for a table of declines that is none."""
    if settings.debit_provider == "listed":
        return ListedDebits()
    rules = Policies.named(settings.strategy).rules

    def post(account_id: str, amount: Money, reference: str, on: date, at: datetime) -> Posted:
        return post_payment(ledger, rules, Payment(account_id, amount, reference, on), at)

    return EmbeddedDebits(ledger, post, read_declines(settings.debit_declines))


def credit_bureau(settings: Settings) -> CreditBureau:
    """Who is told of late accounts."""
    if settings.bureau == "none":
        return NoBureau()
    return EmbeddedBureau() if settings.bureau == "embedded" else ListedBureau()


@contextlib.asynccontextmanager
async def running_workers(
    client: Client,
    settings: Settings,
    ledger: Ledger,
    ways_out: Mapping[Channel, ChannelAdapter],
    polling: Polling | None = None,
) -> AsyncIterator[None]:
    """Poll while the context is open; let work in flight finish when it closes."""
    cases = CaseActivities(ledger, ways_out, reports=settings.bureau != "none")
    messaging = Messaging(
        ledger, ways_out, texts_for(settings).message, now=lambda: datetime.now(UTC), locale=settings.locale
    )
    cards = Cards(ledger, card_system(settings, ledger), now=lambda: datetime.now(UTC))
    debits = Debits(ledger, debit_provider(settings, ledger), now=lambda: datetime.now(UTC))
    bureau = Bureau(ledger, credit_bureau(settings), now=lambda: datetime.now(UTC))
    health = LedgerActivities(ledger, polling=polling or Polling())
    feed = FeedActivities(relay_of(client, settings, ledger))
    reconcile = ReconcileActivities(reconcile_of(client, settings, ledger, ways_out))
    with (
        ThreadPoolExecutor(settings.activities + settings.workflow_tasks) as threads,
        ThreadPoolExecutor(_WAITING_AT_ONCE) as waiting,
    ):
        case_worker = Worker(
            client,
            task_queue=CASES_QUEUE,
            workflows=[CaseWorkflow],
            activities=[cases.advance, messaging.send_notice, cards.adjust, debits.debit, bureau.report_to_bureau],
            activity_executor=threads,
            interceptors=listeners(client, ledger, Policies.named(settings.strategy), settings.demo_cast),
            workflow_runner=workflow_runner(),
            max_cached_workflows=settings.cached_workflows,
            max_concurrent_workflow_tasks=settings.workflow_tasks,
            max_concurrent_activities=settings.activities,
            max_concurrent_local_activities=settings.workflow_tasks,
            max_heartbeat_throttle_interval=timedelta(seconds=2),
            graceful_shutdown_timeout=GRACE,
        )
        ledger_worker = Worker(
            client,
            task_queue=LEDGER_QUEUE,
            activities=[health.await_ledger],
            activity_executor=waiting,
            max_concurrent_activities=_WAITING_AT_ONCE,
            graceful_shutdown_timeout=timedelta(),
        )
        operations_worker = Worker(
            client,
            task_queue=OPERATIONS_QUEUE,
            workflows=[LedgerFeedWorkflow, ReconcilerWorkflow],
            activities=[feed.relay, reconcile.reconcile],
            workflow_runner=workflow_runner(),
            max_concurrent_activities=_OPERATIONS_AT_ONCE,
            max_heartbeat_throttle_interval=timedelta(seconds=2),
            graceful_shutdown_timeout=timedelta(),  # whoever goes on begins where this one ended
        )
        async with ledger_worker, operations_worker, case_worker, _while_open(ring_at_changes(client, ledger)):
            yield


def relay_of(client: Client, settings: Settings, ledger: Ledger) -> Relay:
    """The feed's pass: one after the other in this process, so that they do not wait for each other's transactions."""
    policies, alone = Policies.named(settings.strategy), asyncio.Lock()
    door = Door(client, ledger, policies, settings.history_bound)

    async def relay(ask: FeedAsk, told: Callable[[FeedPass], None]) -> FeedPass:
        async with alone:
            return await feed_relay.Relay(ledger, policies, door, told=told).run(ask)

    return relay


def reconcile_of(
    client: Client, settings: Settings, ledger: Ledger, ways_out: Mapping[Channel, ChannelAdapter]
) -> Pass:
    """The reconciler's pass."""
    policies, settle = Policies.named(settings.strategy), StuckMessages(ledger, ways_out).settle

    async def reconcile(ask: ReconcileAsk, told: Callable[[Reconciled], None]) -> Reconciled:
        return await Reconciler(ledger, policies, Server(client), settings.history_bound, settle, told).run(ask)

    return reconcile


@contextlib.asynccontextmanager
async def _while_open(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do this beside the rest; an error of it ends the whole."""
    async with asyncio.TaskGroup() as group:
        beside = group.create_task(work)
        yield
        beside.cancel()


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C; raises InputError before it polls when words or channels cannot be used."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    check_words(Policies.named(settings.strategy), settings)
    ledger = open_ledger(settings.ledger)
    ways_out = channels(settings, ledger)
    client = await connect(settings)
    registered = await register_search_attributes(client)
    if registered:
        logging.info("registered search attributes: %s", ", ".join(registered))
    async with running_workers(client, settings, ledger, ways_out):
        print(READY, file=sys.stderr, flush=True)
        await stop.wait()


def main() -> int:
    """`python -m worker`: exit code 0 after a clean stop, 1 for a broken surrounding, 2 for bad settings."""
    leave_cleanly()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    try:
        asyncio.run(serve(load_settings()))
    except (InputError, SurroundingsError) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
