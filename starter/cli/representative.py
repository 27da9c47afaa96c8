"""`duecourse person representative …`: who may speak for a customer, as one enters it and another checks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.errors import InputError
from domain.model.representative import KnownRepresentative, MayDo, Representative, RepresentativeKind
from domain.model.strategy import Channel
from ledger import accounts, people, representatives
from ledger.codes import code
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, ReasonOption, an_id, before, new_id, opened, print_table, tell_cases
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.representative_view import COLUMNS, as_row
from starter.cli.representative_view import as_json as for_programs
from starter.people import find_person, zone_of
from starter.representing import check as check_now
from starter.representing import end as end_now
from starter.representing import enter

app = typer.Typer(no_args_is_help=True)

RepresentativeArgument = Annotated[
    str, typer.Argument(metavar="REPRESENTATIVE_ID", help="As `person representative list` names it.")
]


@app.command()
def add(
    account: AccountArgument,
    kind: Annotated[RepresentativeKind, typer.Option(help="In which capacity they speak.", show_default=False)],
    party_id: Annotated[
        str, typer.Option("--party-id", metavar="CODE", help="Code of who it is; their contact points name it.")
    ],
    may_do: Annotated[
        list[MayDo], typer.Option("--for", help="What for; may be given several times.", show_default=False)
    ],
    evidence: Annotated[str, typer.Option(metavar="CODE", help="Reference of the document or recording.")],
    by: ByOption,
    evidence_channel: Annotated[Channel, typer.Option(help="How it came.")] = Channel.LETTER,
    debts: Annotated[
        list[str] | None, typer.Option(metavar="ACCOUNT", help="Only for this account; may be given several times.")
    ] = None,
    from_on: Annotated[
        datetime | None,
        typer.Option("--from", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="First day; default: today."),
    ] = None,
    until_on: Annotated[
        datetime | None,
        typer.Option("--until", formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="It holds before this day."),
    ] = None,
    representative_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Name of the authority; repeated, it is one.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Enter who says that they speak for the customer. Nothing is told to them before somebody else checks it."""
    now = datetime.now(UTC)
    with opened().write() as conn:
        person_id = accounts.person_of(conn, account)
        name = an_id("--id", new_id("representative", representative_id))
        there = representatives.get(conn, name)
        zone = zone_of(conn, person_id)
        first_on = from_on.date() if from_on else local_day(now, zone)
        if from_on is None and there is not None:
            first_on = there.representative.from_on
        asked = _asked(
            representative_id=name,
            person_id=person_id,
            kind=kind,
            party_id=an_id("--party-id", party_id),
            accounts=tuple(sorted(set(debts or ()))),
            may_do=tuple(what for what in MayDo if what in may_do),
            evidence=an_id("--evidence", evidence),
            evidence_channel=evidence_channel,
            from_on=first_on,
            until_on=until_on.date() if until_on else None,
        )
        new = enter(conn, asked, code("--by", by), now)
        known = representatives.found(conn, name)
    done = f"entered: {kind.replace('_', ' ')} {party_id} ({name}); nothing is told to them before it is checked"
    _say(known, now, zone, done if new else before(f"representative {name}", "entered"), as_json=as_json)


@app.command()
def check(representative_id: RepresentativeArgument, by: ByOption, as_json: JsonOption = False) -> None:
    """Say that the evidence was checked: not by who entered it. From now on, within its days, the authority counts."""
    now = datetime.now(UTC)
    with opened().write() as conn:
        new = check_now(conn, representative_id, code("--by", by), now)
        known, concerned, zone = _now_known(conn, representative_id)
    first_on = max(known.representative.from_on, local_day(now, zone))
    counts = f"checked: {representative_id} counts from {first_on} on"
    done = counts if new else before(f"representative {representative_id}", "checked")
    _say(known, now, zone, done, as_json=as_json)
    tell_cases(concerned, quietly=as_json)


@app.command()
def end(
    representative_id: RepresentativeArgument, by: ByOption, reason: ReasonOption, as_json: JsonOption = False
) -> None:
    """End an authority: from now on nothing is told to them by it, and what it closed to the customer is open again."""
    now = datetime.now(UTC)
    with opened().write() as conn:
        new = end_now(conn, representative_id, code("--by", by), now, reason)
        known, concerned, zone = _now_known(conn, representative_id)
    done = f"ended: {representative_id}" if new else before(f"representative {representative_id}", "ended")
    _say(known, now, zone, done, as_json=as_json)
    tell_cases(concerned, quietly=as_json)


@app.command("list")
def list_command(
    who: Annotated[
        str, typer.Argument(metavar="PERSON_OR_ACCOUNT", help="Id of an account, else of a person.", show_default=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """Who was entered as speaking for a customer, and how far each authority has come."""
    now = datetime.now(UTC)
    with opened().read() as conn:
        person_id = find_person(conn, who)
        found, zone = representatives.of_person(conn, person_id), zone_of(conn, person_id)
    if as_json:
        print(json.dumps([for_programs(known, now, zone) for known in found], indent=2))
        return
    print_table(COLUMNS, [as_row(known, now, zone) for known in found], "nobody speaks for this customer")


def _asked(**said: object) -> Representative:
    try:
        return Representative.model_validate(said)
    except ValidationError as fault:
        why = str(fault.errors()[0]["msg"]).removeprefix("Value error, ")
        raise InputError(f"--until: {why}") from None


def _now_known(conn: Connection, representative_id: str) -> tuple[KnownRepresentative, int, str]:
    """As it stands, how many open cases hear of it (of what was never checked none), and the zone of its days."""
    known = representatives.found(conn, representative_id)
    person_id = known.representative.person_id
    concerned = [] if known.checked_at is None else people.with_open_cases(conn, person_id)
    return known, len(concerned), zone_of(conn, person_id)


def _say(known: KnownRepresentative, now: datetime, zone: str, text: str, *, as_json: bool) -> None:
    print(json.dumps({"text": text, **for_programs(known, now, zone)}, indent=2) if as_json else text)
