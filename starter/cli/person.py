"""`duecourse person …`: what customers want and where they can be reached, as the gate must know it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.model.contact import Party, Place
from domain.model.errors import InputError
from domain.model.strategy import Channel
from domain.wishes import Heard
from ledger import accounts, people
from ledger.accounts import ContactPoint
from ledger.codes import code
from policies import Policies
from starter.addresses import normalised, same, tells_of
from starter.cli import ability, person_fact, person_offers, representative, treatment
from starter.cli.operators import (
    AddressIdOption,
    PartyIdOption,
    PartyOption,
    an_id,
    before,
    from_stdin,
    new_id,
    opened,
    tell_cases,
)
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.person_view import as_json as view_json
from starter.cli.person_view import describe
from starter.people import find_person, view
from starter.settings import load_settings
from starter.wishes import Done, Said, listen, rules_for

app = typer.Typer(no_args_is_help=True)

app.command("fact")(person_fact.fact)
app.command("ability")(ability.ability)
app.command("offers")(person_offers.offers)
app.command("treatment")(treatment.treatment)
app.command("reason")(treatment.reason)
app.command("withdraw")(person_fact.withdraw)
app.add_typer(representative.app, name="representative", help="Who may speak for a customer, entered and checked.")


@app.command()
def show(
    who: Annotated[
        str, typer.Argument(metavar="PERSON_OR_ACCOUNT", help="Id of an account, else of a person.", show_default=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """What is on record about a person: wishes, holds, contact points, recent contacts. No address, no name."""
    with opened().read() as conn:
        found = view(conn, find_person(conn, who), datetime.now(UTC))
    print(json.dumps(view_json(found), indent=2) if as_json else describe(found))


@app.command()
def said(
    account: AccountArgument,
    channel: Annotated[Channel, typer.Option(help="On which channel the words came.", show_default=False)],
    address_id: AddressIdOption = None,
    said_id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="The incoming message's reference; repeated, it counts once."),
    ] = None,
) -> None:
    """Read a customer's words from the standard input and honour an opt-out, or that it is taken back, at once.

    The words are not kept. An open case of the person confirms an opt-out, once; without one its task stays with a
    person.
    """
    words = from_stdin("the customer's words")
    otherwise = Policies.named(load_settings().strategy).rules
    heard, ledger = Said(new_id("said", said_id), account, channel, address_id), opened()
    with ledger.write() as conn:
        done = listen(conn, heard, words, rules_for(conn, account, otherwise), datetime.now(UTC))
        concerned = people.with_open_cases(conn, accounts.person_of(conn, account))
    print(_told(done, heard, has_case=bool(concerned)))
    if done.fact_id is not None:
        tell_cases(len(concerned))


@app.command()
def point(
    account: AccountArgument,
    channel: Annotated[Channel, typer.Option(help="What it is for.", show_default=False)],
    point_id: Annotated[
        str, typer.Option("--id", metavar="ID", help="Name of the contact point, which is not the address itself.")
    ],
    party: PartyOption = Party.DEBTOR,
    party_id: PartyIdOption = None,
    unverified: Annotated[bool, typer.Option("--unverified", help="Nobody knows yet that it is theirs.")] = False,
    shared: Annotated[bool, typer.Option("--shared", help="Others read or hear what comes there.")] = False,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Where it lies, such as Asia/Taipei.")] = None,
    place: Annotated[Place, typer.Option(help="At home or at work.")] = Place.HOME,
) -> None:
    """Add a number or an address, read from the standard input: never an argument, never shown again.

    From today it is used before older ones. A case that waited for an address goes on.
    """
    address, ledger = normalised(channel, from_stdin("the address")), opened()
    if tells_of(an_id("--id", point_id), address):
        raise InputError("--id: the address itself cannot be the id: choose a name such as C-501-mobile")
    with ledger.write() as conn:
        person_id = accounts.person_of(conn, account)
        accounts.lock_person(conn, person_id)
        asked = ContactPoint(
            contact_point_id=point_id,
            person_id=person_id,
            channel=channel,
            address=address,
            usable_from=local_day(datetime.now(UTC), accounts.get_account(conn, account).zone),
            party=party,
            party_id=None if party_id is None else code("--party-id", party_id),
            place=place,
            verified=not unverified,
            shared=shared,
            zone=zone,
        )
        there = accounts.contact_points(conn, person_id, date.max)
        _refuse_second_id(asked, there)
        new = accounts.add_contact_point(conn, asked)
        if not new:
            _same_as_before(asked, there)
        concerned = people.with_open_cases(conn, person_id)
    print(f"added: {channel} {point_id} of person {person_id}" if new else before(f"contact point {point_id}", "added"))
    tell_cases(len(concerned))


def _refuse_second_id(asked: ContactPoint, there: tuple[ContactPoint, ...]) -> None:
    """An opt-out names the id: the same number under another one would be open again."""
    for point in there:
        reached = (point.channel, point.party, point.party_id) == (asked.channel, asked.party, asked.party_id)
        other_id = point.contact_point_id != asked.contact_point_id
        if reached and other_id and same(asked.channel, point.address, asked.address):
            raise InputError(f"person {asked.person_id} has this address already, as {point.contact_point_id}")


def _same_as_before(asked: ContactPoint, there: tuple[ContactPoint, ...]) -> None:
    """Raises InputError when the id stands for something else; the day may be another one."""
    if asked not in [replace(point, usable_from=asked.usable_from) for point in there]:
        raise InputError(f"contact point {asked.contact_point_id} is in the ledger with other content")


def _told(done: Done, said: Said, *, has_case: bool) -> str:
    if done.heard is Heard.NOTHING:
        return "no opt-out word: nothing was recorded"
    if done.heard is Heard.MENTION:
        return f"not clear: a person must read it (task {done.task_id})"
    again = "" if done.new else " (recorded before)"
    if done.heard is Heard.OPT_IN:
        return f"opt-in: the opt-out by {said.channel} is taken back, fact {done.fact_id}{again}"
    where = f"to {said.address_id}" if said.address_id else "to any address"
    confirmed = _confirmed(done.task_id, has_case=has_case)
    return f"opt-out: no more messages by {said.channel} {where}, fact {done.fact_id}{again}; {confirmed}"


def _confirmed(task_id: str | None, *, has_case: bool) -> str:
    if task_id is None:
        return "no confirmation is due"
    if has_case:
        return f"the open case confirms it once where the bank has this channel, else a person (task {task_id})"
    return f"there is no open case, so a person must confirm it once (task {task_id})"
