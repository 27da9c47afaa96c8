"""`duecourse demo`, `dev` and `worker`: the commands that run something."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.calendar import local_day
from domain.model.errors import InputError, SurroundingsError
from ledger.engine import Ledger, init_ledger
from ledger.importers.rows import BadRow
from policies import Policies
from starter import schedules
from starter.cli.imports import BadRows
from starter.connection import register_search_attributes
from starter.demo.customers import play
from starter.demo.figures import make_report
from starter.demo.page import write_page
from starter.demo.portfolio import DEFAULT_DAYS, Portfolio, generated, portfolio_file
from starter.demo.progress import choice_in_words, progress_bar, reading
from starter.demo.run import Plan, Run, demo_stage, fill_ledger, run_demo
from starter.demo.terminal import print_report
from starter.demo.window import Window, beginning, choose
from starter.demo.wishes import wishes
from starter.processes import WORKER, alone_in, refuse_dead, worker_process
from starter.server import Embedded, embedded_server, find_temporal
from starter.settings import Settings, load_settings
from starter.wording import check_words

PortfolioOption = Annotated[
    Path | None, typer.Option(help="Portfolio to run: the real one (UCI) or a CSV file; default: a generated one.")
]
CasesOption = Annotated[int, typer.Option(min=1, help="How many past-due accounts, by a seeded shuffle.")]
DaysOption = Annotated[int, typer.Option(min=1, help="Days to run, the last ones that the portfolio tells of.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the shuffle and of the generated portfolio.")]
StayOption = Annotated[bool, typer.Option("--stay", help="Keep the Web UI up until Ctrl-C.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def demo(
    portfolio: PortfolioOption = None,
    cases: CasesOption = 300,
    days: DaysOption = DEFAULT_DAYS,
    seed: SeedOption = 1,
    stay: StayOption = False,
    as_json: JsonOption = False,
) -> int:
    """Run a portfolio's overdue accounts through half a year, in virtual time on the real server, and report."""
    began = time.monotonic()
    settings = load_settings()
    policies = Policies.named(settings.strategy, datetime.now(UTC).date())
    check_words(policies, settings)
    find_temporal(settings)
    words = Console(stderr=True)
    with _bad_rows_told(portfolio, words) as bad_row:
        source = portfolio_file(portfolio, days, policies.rules, bad_row) if portfolio else generated(seed, days, cases)
        folder = _fresh_folder(settings.data_dir)
        plan = _plan(source, policies, Order(days, cases, seed), words)
    settings = settings.model_copy(update={"data_dir": folder, "ledger_url": ""})
    ledger = fill_ledger(settings.ledger, plan)

    clean = True

    def tell(run: Run) -> None:
        nonlocal clean
        report = make_report(run, source, policies, seed, time.monotonic() - began)
        clean = not report.audit.breaches and not report.audit.tampered
        page = folder / "report.html"
        write_page(report, page)
        if as_json:
            print(report.model_dump_json(indent=2), flush=True)
        else:
            print_report(report, Console())
        words.print(f"Report: {page.resolve()}", soft_wrap=True, highlight=False)
        if not clean:
            again = f"DUECOURSE_DATA_DIR={shlex.quote(str(folder.resolve()))} duecourse audit"
            words.print(f"What the audit found, one by one: {again}", soft_wrap=True, highlight=False)

    try:
        asyncio.run(_demo(settings, ledger, plan, words, tell, stay))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    return 0 if clean else 1


@contextlib.contextmanager
def _bad_rows_told(path: Path | None, words: Console) -> Iterator[Callable[[BadRow], None]]:
    """Rows that cannot be loaded are told at the end, the first of them by line, column and reason."""
    bad = BadRows()
    try:
        yield bad.add
    finally:
        if path is not None and bad.count:
            bad.tell(path)
            words.print(f"{path.name}: rows left out: {bad.count:,}", soft_wrap=True, highlight=False)


@dataclass(frozen=True)
class Order:
    """What a demo is asked to do."""

    days: int
    cases: int
    seed: int


def _plan(source: Portfolio, policies: Policies, order: Order, words: Console) -> Plan:
    at = beginning(datetime.now(UTC), source.zone)
    window = Window.of(local_day(at, source.zone), order.days)
    histories = reading(words, source.name, source.histories(window))
    choice = choose(histories, window, policies.rules, order.cases, order.seed)
    if not choice.read:
        raise InputError(f"{source.name}: no row can be loaded")
    if not choice.chosen:
        raise InputError(f"{source.name}: no account is past due within these {order.days} days: nothing to run")
    words.print(choice_in_words(choice, order.cases, order.days), soft_wrap=True, highlight=False)
    told = wishes(choice.chosen, window, order.seed)
    played = play(choice.chosen, told, window, order.seed)
    return Plan(at, window, source.zone, played.chosen, policies, told, played.cast, order.seed)


async def _demo(
    settings: Settings, ledger: Ledger, plan: Plan, words: Console, tell: Callable[[Run], None], stay: bool
) -> None:
    _cancel_when_stopped()
    async with demo_stage(settings, ledger, plan) as stage:
        with progress_bar(words) as show:
            run = await run_demo(stage, plan, show)
        tell(run)
        stop = stop_requested()  # from here on nothing is cut short any more
        if stay:
            words.print(f"Temporal server: {stage.server.address}", soft_wrap=True, highlight=False)
            words.print(f"Temporal Web UI: {stage.server.web_ui} (Ctrl-C ends it)", soft_wrap=True, highlight=False)
            await stop.wait()


def _cancel_when_stopped() -> None:
    """Let the first of these signals cancel this task; those after it must not cut the clean end short."""
    task, signalled = asyncio.current_task(), asyncio.Event()

    def cancel() -> None:
        if task is not None and not signalled.is_set():
            signalled.set()
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, cancel)


def stop_requested() -> asyncio.Event:
    """Set at Ctrl-C, at SIGTERM, and when the terminal is closed, from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _fresh_folder(data_dir: Path) -> Path:
    folder = data_dir / f"demo-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}"  # noqa: DTZ005 a name for people, here
    return make_folder(folder)


def make_folder(folder: Path) -> Path:
    """The folder, made if need be; one that cannot be written is told in one line."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SurroundingsError(f"the data directory {folder} cannot be written: {error.strerror}") from error
    return folder


def dev(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Temporal server.")] = 7233,
    ui_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Temporal Web UI.")] = 8233,
) -> None:
    """Run server, Web UI and worker in live time on persistent files, until Ctrl-C."""
    settings = load_settings()
    check_words(Policies.named(settings.strategy, datetime.now(UTC).date()), settings)
    make_folder(settings.data_dir)
    with alone_in(settings.data_dir):
        init_ledger(settings.ledger)
        asyncio.run(_dev(settings, port, ui_port))


async def _dev(settings: Settings, port: int, ui_port: int) -> None:
    stop = stop_requested()
    server_log, worker_log = settings.data_dir / "server.log", settings.data_dir / "worker.log"
    kept_in = settings.data_dir / "temporal.db"
    async with (
        embedded_server(settings, port=port, ui_port=ui_port, file=kept_in, log=server_log) as server,
        worker_process(settings, server.address, worker_log) as worker,
    ):
        await register_search_attributes(server.client)  # a case may be started before the worker is up
        await schedules.apply(server.client, settings)
        Console().print(_addresses(settings, server))
        while not stop.is_set():
            server.refuse_dead()
            refuse_dead(worker, worker_log)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)
    print("stopped; start again with `duecourse dev`: every case is where it was")


def _addresses(settings: Settings, server: Embedded) -> Table:
    table = Table("what", "where", title="duecourse is up (Ctrl-C ends it)")
    table.add_row("Temporal Web UI", server.web_ui)
    table.add_row("Temporal server", server.address)
    if server.address != "127.0.0.1:7233":
        table.add_row("for other commands", f"export TEMPORAL_ADDRESS={server.address}")
    table.add_row("ledger", settings.ledger if not settings.ledger_url else "as set by DUECOURSE_LEDGER_URL")
    table.add_row("messages sent", str(settings.outbox))
    table.add_row("logs", f"{settings.data_dir / 'server.log'}, {settings.data_dir / 'worker.log'}")
    return table


def worker() -> None:
    """Run a worker against the server of TEMPORAL_ADDRESS, until SIGTERM or Ctrl-C."""
    sys.stdout.flush()
    os.execv(WORKER[0], WORKER)  # noqa: S606 this very interpreter
