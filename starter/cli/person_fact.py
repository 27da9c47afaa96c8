"""`duecourse person fact | withdraw`: what a customer told, and what was recorded by mistake."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from domain.calendar import local_instant
from domain.model.contact import FactKind, Party, PastFact
from domain.model.errors import InputError
from domain.model.representative import AUTHORITY, PROPOSING
from domain.model.rules import Rules
from domain.model.strategy import Channel
from ledger import accounts, people, person_facts
from ledger.codes import code
from ledger.person_facts import PersonFact
from policies import Policies
from starter.cli.operators import (
    AddressIdOption,
    ByOption,
    PartyIdOption,
    PartyOption,
    ReasonOption,
    a_date,
    an_instant,
    before,
    new_id,
    opened,
    tell_cases,
)
from starter.cli.options import AccountArgument
from starter.people import record
from starter.representing import refuse_its_fact, refuse_reopening
from starter.settings import load_settings
from starter.wishes import rules_for

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_SECTIONS = {
    FactKind.HOLD: "holds",
    FactKind.RELEASE: "holds",
    FactKind.CONSENT: "consents",
    FactKind.REVOCATION: "consents",
    FactKind.NOTICE_GIVEN: "notices",
}
"""Where a rule pack defines what a fact of this kind may name."""
_WINDOWS = (FactKind.AGREED_WINDOW, FactKind.PREFERRED_WINDOW, FactKind.INCONVENIENT_WINDOW)


def fact(
    account: AccountArgument,
    kind: Annotated[FactKind, typer.Argument(help="What is told.", show_default=False)],
    fact_id: Annotated[str, typer.Option("--id", metavar="ID", help="Name of the fact; repeated, it is one.")],
    name: Annotated[
        str, typer.Option(metavar="CODE", help="Which hold, consent or notice, as `rules show` names it; event; zone.")
    ] = "",
    channel: Annotated[Channel | None, typer.Option(help="Only for this channel; default: every one.")] = None,
    address_id: AddressIdOption = None,
    party: PartyOption = Party.DEBTOR,
    party_id: PartyIdOption = None,
    opens: Annotated[str | None, typer.Option(metavar="HH:MM", help="First minute of the hours.")] = None,
    closes: Annotated[str | None, typer.Option(metavar="HH:MM", help="End of the hours, itself not in them.")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Holds for so many days, today being the first.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="WHEN", help="Holds before this date, or this instant with its zone.")
    ] = None,
    debts: Annotated[
        list[str] | None, typer.Option(metavar="ACCOUNT", help="Only for this account; may be given several times.")
    ] = None,
    evidence: Annotated[str | None, typer.Option(metavar="CODE", help="Reference of what shows it.")] = None,
) -> None:
    """Record what a customer told: a hold, a consent, hours, an opt-out and the like. It counts at once."""
    if (opens or closes) and kind not in _WINDOWS:
        raise InputError(f"--opens and --closes go with {', '.join(_WINDOWS)}, not with {kind}")
    now, ledger = datetime.now(UTC), opened()
    otherwise = Policies.named(load_settings().strategy).rules
    with ledger.write() as conn:
        person_id, zone = accounts.person_of(conn, account), accounts.get_account(conn, account).zone
        accounts.lock_person(conn, person_id)
        _refuse_authority(kind, name)
        told = PastFact(
            at=people.first_told(conn, new_id("fact", fact_id)) or now,
            kind=kind,
            name=name,
            channel=channel,
            address=address_id,
            debts=_own_debts(people.accounts_of(conn, person_id), debts or []),
            party=party,
            party_id=None if party_id is None else code("--party-id", party_id),
            opens=_minutes("--opens", opens),
            closes=_minutes("--closes", closes),
            days=days,
            until=_until(until, zone),
        )
        rules = rules_for(conn, account, otherwise)
        refuse_reopening(conn, person_id, told, rules)
        new = record(conn, PersonFact(fact_id, person_id, told, now, evidence))
        concerned = people.with_open_cases(conn, person_id)
    print(f"recorded: {kind} of person {person_id} (fact {fact_id})" if new else before(f"fact {fact_id}", "recorded"))
    if not _is_known(rules, kind, name):
        unknown = f"{_SECTIONS[kind][:-1]} {name}"
        print(f"note: the rules {rules.name} know no {unknown}: see `duecourse rules show {rules.name}`")
    tell_cases(len(concerned))


def withdraw(
    fact_id: Annotated[str, typer.Argument(metavar="FACT_ID", help="The fact's name, as `person show` lists it.")],
    by: ByOption,
    reason: ReasonOption,
) -> None:
    """Take back a fact that was recorded by mistake: from now on it counts as never told, and stays on record."""
    ledger = opened()
    with ledger.write() as conn:
        person_id = people.whose_fact(conn, fact_id)
        accounts.lock_person(conn, person_id)
        refuse_its_fact(conn, fact_id)
        new = person_facts.withdraw(conn, fact_id, datetime.now(UTC), by, reason)
        concerned = people.with_open_cases(conn, person_id)
    print(f"withdrawn: fact {fact_id}" if new else before(f"fact {fact_id}", "withdrawn"))
    tell_cases(len(concerned))


def _refuse_authority(kind: FactKind, name: str) -> None:
    """Told so, one person alone could open the door to somebody else."""
    if kind in (FactKind.CONSENT, FactKind.REVOCATION) and name in (AUTHORITY, PROPOSING):
        raise InputError("an authority needs a second person: enter it by `duecourse person representative add`")


def _is_known(rules: Rules, kind: FactKind, name: str) -> bool:
    """Whether a rule asks for facts of this name: a hold of another name stops all contact, a consent opens nothing."""
    section = _SECTIONS.get(kind)
    return section is None or any(rule.id == name for pack in rules.packs for rule in getattr(pack, section))


def _own_debts(own: tuple[str, ...], debts: list[str]) -> tuple[str, ...]:
    for debt in debts:
        if debt not in own:
            raise InputError(f"--debts: {debt} is no account of this person")
    return tuple(debts)


def _minutes(option: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not _CLOCK.fullmatch(text):
        raise InputError(f"{option}: write a time of day like 14:00")
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _until(text: str | None, zone: str) -> datetime | None:
    if text is None:
        return None
    day = a_date("--until", text)
    return an_instant("--until", text) if day is None else local_instant(day, time(), zone)
