"""`duecourse offer …`: what a customer proposes, what the bank offers, and who decides above an agent's limit."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from domain.calendar import local_day
from domain.case.offer_words import said
from domain.model.events import Answer
from domain.model.negotiation import Approve, Decline, Proposer, ProposeTerms
from domain.model.offers import Level, Proposal
from ledger import accounts, cases, negotiations
from ledger.negotiations import NegotiationStep
from starter.cli.operators import ByOption, opened, print_table
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.plan_offers import FinalOption, InstalmentsOption, MonthlyOption, OnceOption, proposal_of
from starter.cli.requests import IdOption, SpokenByOption, answered, ask_case, fresh_id, made, tell
from starter.connection import connect
from starter.settings import load_settings

app = typer.Typer(no_args_is_help=True)

OfferArgument = Annotated[
    str, typer.Argument(metavar="OFFER_ID", help="As `offer list` names it; or the id of a re-age.")
]
RoleOption = Annotated[Level, typer.Option("--as", help="Whose authority they have.")]


@app.command()
def propose(
    account: AccountArgument,
    by: ByOption,
    instalments: InstalmentsOption = None,
    monthly: MonthlyOption = None,
    once: OnceOption = None,
    final: FinalOption = None,
    answers: Annotated[
        str | None, typer.Option(metavar="OFFER_ID", help="The offer that this answers; alone it is taken as it is.")
    ] = None,
    proposer: Annotated[Proposer, typer.Option(help="Whose proposal it is.")] = Proposer.CUSTOMER,
    spoken_by: SpokenByOption = None,
    role: RoleOption = Level.AGENT,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose how the customer would pay: accepted, countered with the nearest terms, or for a supervisor.

    What is acceptable follows from the facts and the offer book; the sentence can be read to the customer.
    """
    says = (instalments, monthly, once, final)
    takes = answers is not None and all(each is None for each in says)
    proposal = None if takes else proposal_of(account, instalments, monthly=monthly, once=once, final=final)
    who = proposer if spoken_by is None else Proposer.REPRESENTATIVE
    said = {"proposal": proposal, "answers": answers, "proposer": who, "spoken_by": spoken_by, "by": by, "role": role}
    request = made(lambda name: ProposeTerms.model_validate({"id": name, **said}), message_id or fresh_id("offer"))
    _tell(asyncio.run(_asked(account, request)), as_json)


@app.command()
def approve(
    account: AccountArgument,
    offer: OfferArgument,
    by: ByOption,
    role: RoleOption = Level.SUPERVISOR,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Agree, for the bank, to what is above an agent's limit, or to a re-age: somebody else than who proposed it."""
    approval = message_id or fresh_id("approval")
    ask_case(account, lambda name: Approve(id=name, offer=offer, by=by, role=role), approval, as_json)


@app.command()
def decline(
    account: AccountArgument,
    offer: OfferArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option(metavar="CODE", help="Code of why, in your own system.")],
    role: RoleOption = Level.SUPERVISOR,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say no, for the bank, to what is above an agent's limit, or to a re-age."""
    name = message_id or fresh_id("decline")
    ask_case(account, lambda name: Decline(id=name, offer=offer, by=by, role=role, reason=reason), name, as_json)


@app.command("list")
def list_command(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Everything that was proposed and offered on an account, in all its cases."""
    with opened().read() as conn:
        zone = accounts.get_account(conn, account).zone
        steps = [step for row in cases.episodes(conn, account) for step in negotiations.of_case(conn, row.case_id)]
    if as_json:
        print(json.dumps([_as_json(step) for step in steps], indent=2))
        return
    columns = ("offer", "on", "step", "round", "proposed", "answer", "until", "by")
    print_table(columns, [_row(step, zone) for step in steps], "nothing was proposed on this account")


async def _asked(account: str, request: ProposeTerms) -> Answer:
    return await answered(await connect(load_settings()), account, request)


def _tell(answer: Answer, as_json: bool) -> None:
    """What the bank says to a proposal is no error, whatever it is; a request that was refused is one."""
    if answer.offered is None:
        tell(answer, as_json)
        return
    if as_json:
        print(answer.model_dump_json(exclude_none=True))
        return
    until = "" if answer.offered.offer is None else f" (offer {answer.id}, until {answer.offered.offer.expires_on})"
    print(f"{answer.offered.verdict.replace('_', ' ')}: {answer.text}{until}")


def _row(step: NegotiationStep, zone: str) -> tuple[str, ...]:
    made = step.negotiation.offer
    return (
        "" if made is None else made.id,
        str(local_day(step.recorded_at, zone)),
        step.step,
        str(step.negotiation.rounds),
        _proposed(step.proposal),
        step.negotiation.last[-1].answer if step.verdict is not None else (step.reason or ""),
        "" if made is None else f"{made.state} {made.offer.expires_on}",
        step.by or "",
    )


def _proposed(proposal: Proposal | None) -> str:
    return "" if proposal is None else said(proposal)


def _as_json(step: NegotiationStep) -> dict[str, object]:
    made = step.negotiation.offer
    return {
        "step": step.step,
        "recorded_at": step.recorded_at.isoformat(),
        "round": step.negotiation.rounds,
        "proposer": step.proposer,
        "proposal": None if step.proposal is None else step.proposal.model_dump(mode="json", exclude_none=True),
        "verdict": step.verdict,
        "by": step.by,
        "reason": step.reason,
        "offer": None if made is None else made.model_dump(mode="json"),
    }
