"""`duecourse gate …`: ask the gate that stands before every contact."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.calendar import zone_of
from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, Party
from domain.model.days import out_of_range
from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import accounts
from ledger.codes import code
from ledger.engine import open_ledger
from policies import Policies
from policies.examples import load_examples
from policies.packs import Shelf
from starter import explaining
from starter.answers import Answer, answer
from starter.cli.explained import answer_as_json, in_words
from starter.cli.operators import PartyIdOption
from starter.cli.options import AccountArgument, JsonOption
from starter.explaining import Question
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Worked examples (docs/rule-packs.md).")],
    as_json: JsonOption = False,
) -> int:
    """Put every worked example of a file to the gate: words on a terminal, JSON anywhere else.

    Exit code 1 when an answer is not the expected one.
    """
    shelf = Shelf()
    found = [answer(example, shelf) for example in load_examples(file, shelf)]
    if as_json or not sys.stdout.isatty():
        print(json.dumps([each.as_json() for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            print(_line(each))
    wrong = [f"{each.example.id}: {fault}" for each in found for fault in each.faults]
    for line in wrong:
        print(f"duecourse: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _line(answer: Answer) -> str:
    told = answer.as_json()
    if answer.verdict.allowed:
        return f"{told['id']:<10} allow"
    until = {"event": "until something happens", "never": "for good"}.get(str(told["next"]), f"until {told['next']}")
    return f"{told['id']:<10} deny {until}: {', '.join(answer.verdict.refused_by)}"


@app.command()
def explain(
    account: AccountArgument,
    channel: Annotated[Channel, typer.Option(help="How the contact would be made.")],
    at: Annotated[
        str | None, typer.Option(help="When, as 2026-03-03T10:00 on the account's wall; default: now.")
    ] = None,
    party: Annotated[Party, typer.Option(help="Who would be reached.")] = Party.DEBTOR,
    party_id: PartyIdOption = None,
    actor: Annotated[Actor, typer.Option(help="Who would make the contact.")] = Actor.CREDITOR,
    collector: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Which agency, firm or purchaser that is; not for the bank itself."),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Say whether a contact about an account is allowed, by which rules and sources, and when it will be.

    Exit code 1 when it is not allowed now.
    """
    settings, who = load_settings(), _collector(actor, collector)
    with open_ledger(settings.ledger).read() as conn:
        zone = accounts.get_account(conn, account).zone
        question = Question(account, channel, _instant(at, zone), party, party_id, actor, who)
        found = explaining.explain(conn, question, Policies.named(settings.strategy).rules)
    if as_json:
        print(json.dumps(answer_as_json(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(in_words(found, zone)))
    return 0 if found.verdict.allowed else 1


def _collector(actor: Actor, given: str | None) -> str:
    """The bank has one name; of the others each counts by itself, so that nothing can be said of none in particular."""
    if actor is Actor.CREDITOR:
        if given not in (None, COLLECTOR_OF_THE_BANK):
            raise InputError(f"--collector: the creditor is the {COLLECTOR_OF_THE_BANK} itself: name the --actor too")
        return COLLECTOR_OF_THE_BANK
    if given is None:
        raise InputError(f"--collector is missing: say which {actor.replace('_', ' ')} would make the contact")
    return code("--collector", given)


def _instant(text: str | None, zone: str) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no instant: write 2026-03-03T10:00, or with Z for UTC") from None
    if why := out_of_range(at.date()):
        raise InputError(f"--at: {why}")
    return at if at.tzinfo is not None else at.replace(tzinfo=zone_of(zone)).astimezone(UTC)
