"""`duecourse demo`, `dev` and `worker`: the commands that run something."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.model.errors import SurroundingsError
from ledger.engine import init_ledger
from starter.case_commands import choose_policies
from starter.cases import Policies
from starter.demo.figures import make_report
from starter.demo.follow import Progress
from starter.demo.page import write_page
from starter.demo.portfolio import DEFAULT_DAYS, Portfolio, generated, portfolio_file
from starter.demo.progress import progress_bar
from starter.demo.run import Order, Run, run_demo
from starter.demo.terminal import print_report
from starter.processes import refuse_dead, worker_process
from starter.server import Embedded, embedded_server
from starter.settings import Settings, load_settings

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
) -> None:
    """Run a portfolio's overdue accounts through half a year, in virtual time on the real server, and report."""
    settings = load_settings()
    policies = choose_policies(settings.strategy)
    source = portfolio_file(portfolio, days) if portfolio else generated(seed, days, cases)
    folder = _fresh_folder(settings.data_dir)
    settings = settings.model_copy(update={"data_dir": folder, "ledger_url": ""})
    words = Console(stderr=True)

    def after(run: Run, server: Embedded) -> None:
        report = make_report(run, source, policies, seed)
        page = folder / "report.html"
        write_page(report, page)
        if as_json:
            print(report.model_dump_json(indent=2))
        else:
            print_report(report, Console())
        words.print(f"Report: {page.resolve()}", soft_wrap=True)
        if stay:
            words.print(f"Temporal Web UI: {server.web_ui} (Ctrl-C ends it)", soft_wrap=True)

    with progress_bar(words) as show:
        asyncio.run(_demo(settings, source, policies, Order(days, cases, seed), show, after, stay))


async def _demo(
    settings: Settings,
    source: Portfolio,
    policies: Policies,
    order: Order,
    show: Callable[[Progress], None],
    after: Callable[[Run, Embedded], None],
    stay: bool,
) -> None:
    await run_demo(settings, source, policies, order, show, after, stop_requested() if stay else None)


def stop_requested() -> asyncio.Event:
    """Set at Ctrl-C or SIGTERM, from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
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
    make_folder(settings.data_dir)
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
        Console().print(_addresses(settings, server))
        while not stop.is_set():
            refuse_dead(worker, worker_log)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)
    print("stopped; start again with `duecourse dev`: every case is where it was")


def _addresses(settings: Settings, server: Embedded) -> Table:
    table = Table("what", "where", title="duecourse is up (Ctrl-C ends it)")
    table.add_row("Temporal Web UI", server.web_ui)
    table.add_row("Temporal server", server.address)
    table.add_row("ledger", settings.ledger if not settings.ledger_url else "as set by DUECOURSE_LEDGER_URL")
    table.add_row("messages sent", str(settings.outbox))
    table.add_row("logs", f"{settings.data_dir}/server.log, {settings.data_dir}/worker.log")
    return table


def worker() -> None:
    """Run a worker against the server of TEMPORAL_ADDRESS, until SIGTERM or Ctrl-C."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "worker"])  # noqa: S606 this very interpreter
