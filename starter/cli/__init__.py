"""The command line: every way in for people, one executable."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import DBAPIError

from domain.model.errors import InputError, SurroundingsError
from ledger.failures import first_line, is_unavailable
from starter.cli import (
    adjustment,
    agency,
    audit,
    bureau,
    case,
    complaint,
    contact,
    debit,
    dispute,
    feed,
    gate,
    hardship,
    intake,
    journey,
    ledger,
    mandate,
    message,
    offer,
    person,
    plan,
    reconcile,
    rules,
    run,
    schedules,
    stop,
    task,
    wording,
)

app = typer.Typer(
    name="duecourse",
    help="Durable collection journeys for overdue credit cards, on Temporal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(ledger.app, name="ledger", help="Accounts, statements, payments and what is past due.")
app.add_typer(case.app, name="case", help="Open a case, look at it, and ask it for something.")
app.add_typer(person.app, name="person", help="What customers want, and where they can be reached.")
app.add_typer(contact.app, name="contact", help="Leave to contact a customer by hand, and what became of it.")
app.add_typer(complaint.app, name="complaint", help="What customers object to, its clock, and its answer.")
app.add_typer(dispute.app, name="dispute", help="What customers dispute, its clock, and its outcome.")
app.add_typer(hardship.app, name="hardship", help="What an assessment granted, and whether advice helped.")
app.add_typer(plan.app, name="plan", help="Repayment plans: quoted, agreed, changed, shown.")
app.add_typer(offer.app, name="offer", help="What customers propose, what the bank offers, and who decides.")
app.add_typer(adjustment.app, name="adjustment", help="What is asked of the card system, and what it answers.")
app.add_typer(mandate.app, name="mandate", help="By which customers let the bank debit an account of theirs.")
app.add_typer(debit.app, name="debit", help="What is debited by mandate, and what became of it.")
app.add_typer(bureau.app, name="bureau", help="What a credit bureau is told, and what it answers.")
app.add_typer(message.app, name="message", help="What became of a message, as a person says or its provider reports.")
app.add_typer(task.app, name="task", help="What is left for people to do.")
app.add_typer(
    agency.app, name="agency", help="Third parties that collect for the bank: what they may be given, and why not."
)
app.add_typer(stop.app, name="stop", help="Stop contact at once, and let it go on.")
app.add_typer(feed.app, name="feed", help="Whether the bank's data is new enough to write to customers by it.")
app.add_typer(schedules.app, name="schedules", help="What the server runs again and again: feed and reconciler.")
app.add_typer(gate.app, name="gate", help="Ask the gate that stands before every contact.")
app.add_typer(rules.app, name="rules", help="The rule packs: in words, and checked.")
app.add_typer(wording.app, name="wording", help="The words that customers read: checked against the rules, and shown.")
app.command(name="audit")(audit.audit)
app.command(name="reconcile")(reconcile.reconcile)
app.command(name="demo")(run.demo)
app.command(name="dev")(run.dev)
app.command(name="worker")(run.worker)
app.command(name="intake")(intake.intake)
app.command(name="journey")(journey.journey)


def main() -> None:
    """Run a command; what goes wrong is one line and an exit code: 2 for bad input, 1 for broken surroundings."""
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        sys.exit(_told(error.format_message() or "say what to do: choose one of the commands above", error.exit_code))
    except InputError as error:
        sys.exit(_told(str(error), 2))
    except SurroundingsError as error:
        sys.exit(_told(str(error), 1))
    except DBAPIError as error:
        if not is_unavailable(error):
            raise
        sys.exit(_told(f"the ledger does not answer: {first_line(error)}; try again", 1))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(_told("interrupted", 130))
    sys.exit(code if isinstance(code, int) else 0)


def _told(message: str, code: int) -> int:
    line = " ".join(message.split())
    if line:
        print(f"duecourse: {line}", file=sys.stderr)
    return code
