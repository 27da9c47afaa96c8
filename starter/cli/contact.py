"""`duecourse contact …`: leave to contact a customer by hand, and what became of it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.model.causes import Cause
from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, Direction, Outcome, Party, Place
from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Answer, Request
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.strategy import Channel
from ledger import permits
from ledger.engine import Ledger
from starter import contacts
from starter.cli import contact_list, contact_show
from starter.cli.days import DAY_FORMATS, some_days
from starter.cli.operators import AddressIdOption, PartyIdOption, PartyOption, an_instant, new_id, opened, tell_cases
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import IdOption, answered, made, tell
from starter.connection import connect
from starter.requests import NoRunError
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)

ActorOption = Annotated[Actor, typer.Option(help="Who makes the contact.")]
CollectorOption = Annotated[
    str, typer.Option("--collector", metavar="CODE", help="Which agency or firm makes it; the bank itself: bank.")
]
PermitArgument = Annotated[str, typer.Argument(metavar="PERMIT_ID", help="The permit's id, as it was given.")]


@app.command()
def request(
    account: AccountArgument,
    channel: Annotated[Channel, typer.Option(help="How the contact is to be made.")],
    party: PartyOption = Party.DEBTOR,
    party_id: PartyIdOption = None,
    address_id: AddressIdOption = None,
    actor: ActorOption = Actor.CREDITOR,
    collector: CollectorOption = COLLECTOR_OF_THE_BANK,
    place: Annotated[Place, typer.Option(help="Where; a contact point tells by itself.")] = Place.HOME,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="For how long the permit is wanted.")] = 120,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> int:
    """Ask for leave to make one contact now: a permit, or every rule that refuses and when it no longer does.

    Exit code 1 when it is refused.
    """
    asked = made(
        lambda name: RequestContact(
            id=name,
            channel=channel,
            party=party,
            party_id=party_id,
            address=address_id,
            place=place,
            actor=actor,
            collector=collector,
            minutes=minutes,
        ),
        new_id("contact", message_id),
    )
    contacts.check_collector(asked)
    ledger = opened()
    with ledger.read() as conn:
        contacts.check_address(conn, account, asked)
    answer = asyncio.run(_ask(account, asked))
    with ledger.read() as conn:
        state = contacts.state_of(conn, answer)
    print(_as_json(answer, state) if as_json else "\n".join(_in_words(answer, state)))
    if answer.permit is not None:
        tell_cases(contacts.note_others(ledger, [account], datetime.now(UTC)), quietly=as_json)
    return 0 if state is PermitState.OPEN else 1


@app.command()
def report(
    account: AccountArgument,
    outcome: Annotated[Outcome, typer.Option(help="What became of the contact.")],
    permit: Annotated[
        str | None, typer.Option("--permit", metavar="ID", help="The permit under which it was made.")
    ] = None,
    inbound: Annotated[bool, typer.Option("--inbound", help="The customer called or wrote: needs no permit.")] = False,
    made_at: Annotated[
        str | None, typer.Option("--made-at", metavar="INSTANT", help="When, with its zone; default: now.")
    ] = None,
    channel: Annotated[Channel | None, typer.Option(help="Default: that of the permit, else call.")] = None,
    party: Annotated[Party | None, typer.Option(help="Default: that of the permit, else debtor.")] = None,
    party_id: PartyIdOption = None,
    address_id: AddressIdOption = None,
    place: Annotated[Place | None, typer.Option(help="Default: that of the permit, else home.")] = None,
    actor: Annotated[Actor | None, typer.Option(help="Default: that of the permit, else creditor.")] = None,
    collector: Annotated[
        str | None, typer.Option("--collector", metavar="CODE", help="Default: that of the permit, else bank.")
    ] = None,
    consented: Annotated[
        str | None, typer.Option(metavar="CODE", help="Id of the consent rule under which it was made.")
    ] = None,
    verified: Annotated[bool, typer.Option("--verified", help="It was proved who spoke.")] = False,
    cause: Annotated[Cause | None, typer.Option(help="Why the customer is late, if the contact told.")] = None,
    disputed: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=DAY_FORMATS,
            callback=some_days,
            metavar="DATE",
            help="With dispute: due date of what is disputed; may be given several times.",
        ),
    ] = None,
    about: Annotated[
        str | None, typer.Option(metavar="CODE", help="With dispute: whose work it is about; they do not resolve it.")
    ] = None,
    recording: Annotated[str | None, typer.Option(metavar="CODE", help="Reference of the recording.")] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what became of a contact, and why the customer is late if it told: the answer says what follows.

    Without a permit it is recorded too: as a breach, unless the customer made it.
    """
    if message_id is not None and made_at is None:
        raise InputError("--id: say --made-at too, or the same report told again would be another one")
    ledger = opened()
    who = {"party": party, "party_id": party_id, "actor": actor, "collector": collector}
    given = {"channel": channel, "place": place, **who}
    said = _of_permit(ledger, permit) | {name: value for name, value in given.items() if value is not None}
    told = made(
        lambda name: ReportContact(
            id=name,
            permit_id=permit,
            outcome=outcome,
            made_at=datetime.now(UTC) if made_at is None else an_instant("--made-at", made_at),
            direction=Direction.IN if inbound else Direction.OUT,
            address=address_id,
            consented=consented,
            verified=verified,
            cause=cause,
            disputed_due_on=tuple(day.date() for day in disputed or ()),
            about=about,
            recording=recording,
            **said,
        ),
        new_id("report", message_id),
    )
    contacts.check_collector(told)
    with ledger.read() as conn:
        contacts.check_address(conn, account, told)
    tell(_heard(ledger, account, told), as_json)
    tell_cases(contacts.note_others(ledger, [account], datetime.now(UTC)), quietly=as_json)


@app.command("return")
def return_command(
    account: AccountArgument, permit_id: PermitArgument, message_id: IdOption = None, as_json: JsonOption = False
) -> None:
    """Give a permit back unused: its place in every cap is free again."""
    back = made(lambda name: ReturnPermit(id=name, permit_id=permit_id), new_id("return", message_id))
    ledger = opened()
    tell(asyncio.run(_ask(account, back)), as_json)
    tell_cases(contacts.note_others(ledger, [account], datetime.now(UTC)), quietly=as_json)


async def _ask(account: str, asked: Request) -> Answer:
    return await answered(await connect(load_settings()), account, asked)


def _heard(ledger: Ledger, account: str, told: ReportContact) -> Answer:
    """The open case hears it; without one, or when it closes meanwhile, the ledger keeps it."""
    with ledger.read() as conn:
        is_open = contacts.has_open_case(conn, account)
    if is_open:
        try:
            return asyncio.run(_ask(account, told))
        except NoRunError as error:
            with ledger.read() as conn:
                if contacts.has_open_case(conn, account):
                    line = (
                        f"{error}, though the ledger has one: run `duecourse case start {account}`, then report again"
                    )
                    raise SurroundingsError(line) from error
    with ledger.write() as conn:
        return contacts.report_closed(conn, account, told)


def _of_permit(ledger: Ledger, permit_id: str | None) -> dict[str, object]:
    """What was asked for, so that a report need not say it again.

    Only what a report never changes: told again under its id, it must be the same. The case adds the rest.
    """
    if permit_id is None:
        return {}
    with ledger.read() as conn:
        found = permits.get(conn, permit_id)
    names = ("channel", "party", "actor", "collector")
    return {} if found is None else {name: getattr(found.contact.made, name) for name in names}


def _as_json(answer: Answer, state: PermitState | None) -> str:
    return json.dumps({**answer.model_dump(mode="json"), "state": None if state is None else state.value})


def _in_words(answer: Answer, state: PermitState | None) -> list[str]:
    if answer.permit is None:
        return [f"refused: {answer.text} (request {answer.id})"]
    if state is not PermitState.OPEN:
        over = f"the permit {answer.permit.permit_id} was given for this request before, and is {state}"
        return [f"refused: {over}: ask under a new id"]
    keeps = [f"  must keep to: {rule}" for rule in answer.permit.conditions]
    return [f"{answer.text} (permit {answer.permit.permit_id})", *keeps]


app.command("list")(contact_list.list_command)
app.command("show")(contact_show.show)
