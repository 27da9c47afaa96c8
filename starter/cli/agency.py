"""`duecourse agency …`: the register of third-party agencies, as one keeps it and another approves."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from domain.agencies.file_bars import file_bars
from domain.calendar import local_day
from domain.model.agency_events import AgencyEvent, AgencyEventKind, EvaluationOutcome, KnownAgency
from domain.model.errors import InputError
from domain.model.rules import Rules
from ledger import agencies
from policies import Policies
from starter.agencies import reinstate as reinstate_now
from starter.agencies import stand
from starter.agencies import suspend as suspend_now
from starter.agency_file import read_agency
from starter.cli.agency_view import COLUMNS, as_row, bar_lines, in_full, stands
from starter.cli.agency_view import as_json as for_programs
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, ReasonOption, an_id, before, opened, print_table, tell_cases
from starter.cli.options import JsonOption
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)

AgencyArgument = Annotated[str, typer.Argument(metavar="AGENCY", help="The agency's id, as `agency list` shows it.")]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The agency, YAML or JSON (docs/agencies.md).", show_default=False)
]
OnOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="The day; default: today."),
]
ReferenceOption = Annotated[str, typer.Option(metavar="CODE", help="Reference of the document that shows it.")]


@app.command()
def check(file: FileArgument, as_json: JsonOption = False) -> None:
    """Look at an agency's file without keeping it: what is wrong with it, and what it does not show."""
    rules = _rules()
    agency = read_agency(file, rules)
    bars = list(file_bars(agency, rules.packs, local_day(datetime.now(UTC), agency.zone)))
    if as_json:
        print(json.dumps({"agency": agency.id, "bars": [bar.model_dump() for bar in bars]}, indent=2))
        return
    print(f"nothing is wrong with the file of {agency.id}{'; but nothing new goes to it:' if bars else ''}")
    print("\n".join(bar_lines(bars)), end="\n" if bars else "")


@app.command()
def register(file: FileArgument, by: ByOption) -> None:
    """Keep the file of an agency, or a change of it. Nothing new goes to it before a second person approves."""
    agency = read_agency(file, _rules())
    with opened().write() as conn:
        made, new = agencies.register(conn, agency, an_id("--by", by), datetime.now(UTC))
    what = f"version {made.version} of {agency.id}"
    waits = "nothing new goes to it before a second person approves"
    print(f"registered: {what} ({made.digest}); {waits}" if new else before(what, "registered"))


@app.command()
def approve(
    agency_id: AgencyArgument,
    by: ByOption,
    version: Annotated[
        int | None, typer.Option(metavar="N", help="The version that was looked at; refused when it is another by now.")
    ] = None,
) -> None:
    """Stand behind the file as it was registered last: not by who registered it."""
    now = datetime.now(UTC)
    with opened().write() as conn:
        today = _today(agencies.found(conn, agency_id), now)
        new = agencies.approve(conn, agency_id, version, an_id("--by", by), now, today)
        known = agencies.found(conn, agency_id)
        (found,) = stand([known], _rules().packs, now)
    what = f"version {known.newest.version} of {agency_id}"
    print(f"approved: {what}; it stands: {stands(found)}" if new else before(what, "approved"))


@app.command()
def evaluate(
    agency_id: AgencyArgument,
    outcome: Annotated[EvaluationOutcome, typer.Option(help="How it ended.", show_default=False)],
    reference: ReferenceOption,
    by: ByOption,
    on: OnOption = None,
) -> None:
    """Keep that the agency was evaluated. After one that failed nothing new goes to it until it passes one."""
    _tell(agency_id, AgencyEventKind.EVALUATED, by, on, reference=an_id("--reference", reference), outcome=outcome)


@app.command()
def train(agency_id: AgencyArgument, reference: ReferenceOption, by: ByOption, on: OnOption = None) -> None:
    """Keep that the agency's collectors were trained."""
    _tell(agency_id, AgencyEventKind.TRAINED, by, on, reference=an_id("--reference", reference))


@app.command()
def publish(agency_id: AgencyArgument, by: ByOption, on: OnOption = None) -> None:
    """Keep that the agency stands on the bank's public list."""
    _tell(agency_id, AgencyEventKind.PUBLISHED, by, on)


@app.command()
def unpublish(agency_id: AgencyArgument, by: ByOption, on: OnOption = None) -> None:
    """Keep that the agency was taken off the bank's public list."""
    _tell(agency_id, AgencyEventKind.UNPUBLISHED, by, on)


@app.command()
def suspend(agency_id: AgencyArgument, by: ByOption, reason: ReasonOption) -> None:
    """Stop all that the agency does from this instant on; it gets nothing. A second person reinstates it."""
    who, why = an_id("--by", by), an_id("--reason", reason)
    with opened().write() as conn:
        # The clock is read when nobody else writes any more: the stop holds from the instant that it tells.
        new, concerned = suspend_now(conn, agency_id, who, why, datetime.now(UTC))
    print(f"suspended: {agency_id}; contact by it is stopped" if new else before(agency_id, "suspended"))
    tell_cases(concerned)


@app.command()
def reinstate(agency_id: AgencyArgument, by: ByOption, reason: ReasonOption) -> None:
    """End a suspension and release its stop: by somebody else than who suspended the agency."""
    who, why = an_id("--by", by), an_id("--reason", reason)
    with opened().write() as conn:
        new, concerned = reinstate_now(conn, agency_id, who, why, datetime.now(UTC))
    print(f"reinstated: {agency_id}" if new else f"nothing changed: {agency_id} is not suspended")
    tell_cases(concerned)


@app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """Every agency: how it stands today, and until when what it rests on holds."""
    packs, now = _rules().packs, datetime.now(UTC)
    with opened().read() as conn:
        known = agencies.every(conn)
    shown = list(zip(known, stand(known, packs, now), strict=True))
    if as_json:
        print(json.dumps([for_programs(each, found) for each, found in shown], indent=2))
        return
    print_table(COLUMNS, [as_row(each, found) for each, found in shown], "no agency is registered")


@app.command()
def show(agency_id: AgencyArgument, as_json: JsonOption = False) -> None:
    """One agency: every reason why nothing new goes to it, what lapses next, its file and what happened to it."""
    packs, now = _rules().packs, datetime.now(UTC)
    with opened().read() as conn:
        known = agencies.found(conn, agency_id)
    (found,) = stand([known], packs, now)
    if as_json:
        print(json.dumps(for_programs(known, found), indent=2))
    else:
        print("\n".join(in_full(known, found)))


def _rules() -> Rules:
    return Policies.named(load_settings().strategy).rules


def _tell(
    agency_id: str,
    kind: AgencyEventKind,
    by: str,
    on: datetime | None,
    *,
    reference: str | None = None,
    outcome: EvaluationOutcome | None = None,
) -> None:
    who, now = an_id("--by", by), datetime.now(UTC)
    with opened().write() as conn:
        day = _day(conn, agency_id, now, on)
        event = AgencyEvent(kind=kind, on=day, by=who, at=now, reference=reference, outcome=outcome)
        new = agencies.tell(conn, agency_id, event)
        (found,) = stand([agencies.found(conn, agency_id)], _rules().packs, now)
    print(f"{kind}: {agency_id}; it stands: {stands(found)}" if new else before(agency_id, kind))


def _day(conn: Connection, agency_id: str, now: datetime, on: datetime | None) -> date:
    """The day that was given, or today; raises InputError for one to come."""
    today = _today(agencies.found(conn, agency_id), now)
    if on is not None and on.date() > today:
        raise InputError(f"--on: {on.date()} has not come yet: write what happened by {today}")
    return on.date() if on is not None else today


def _today(known: KnownAgency, now: datetime) -> date:
    return local_day(now, known.newest.agency.zone)
