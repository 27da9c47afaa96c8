"""`duecourse person treatment | reason`: what a vulnerable customer needs, and, for who must know, why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.model.treatment import Treatment
from ledger import accounts, people
from ledger.codes import code
from starter.cli.days import DAY_FORMATS, a_day
from starter.cli.operators import ByOption, before, from_stdin, new_id, opened, tell_cases
from starter.cli.options import AccountArgument
from starter.sealing import ledger_keys
from starter.settings import load_settings
from starter.treating import Asked, lay, reason_of


def treatment(
    account: AccountArgument,
    asked: Annotated[Treatment, typer.Argument(metavar="TREATMENT", help="What the customer needs.")],
    review_on: Annotated[
        datetime,
        typer.Option(formats=DAY_FORMATS, callback=a_day, metavar="DATE", help="When somebody looks at it again."),
    ],
    by: ByOption,
    treatment_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Name of the treatment; repeated, it is one.")
    ] = None,
    consent: Annotated[
        str | None, typer.Option(metavar="CODE", help="Reference of the customer's consent to keep the reason.")
    ] = None,
    with_reason: Annotated[
        bool, typer.Option("--with-reason", help="Read the reason from the standard input; kept encrypted.")
    ] = False,
) -> None:
    """Treat a vulnerable customer as they need it, on all accounts, at once. The reason is nobody's business.

    It ends by `person fact ACCOUNT release --name HOLD`, or `person withdraw` when it was a mistake.
    """
    settings, ledger = load_settings(), opened()
    reason = from_stdin("the reason") if with_reason else ""
    told = Asked(
        treatment_id=new_id("treatment", treatment_id),
        treatment=asked,
        review_on=review_on.date(),
        by=by,
        at=datetime.now(UTC),
        consent=None if consent is None else code("--consent", consent),
        reason=reason,
    )
    keys = ledger_keys(settings) if with_reason else None
    with ledger.write() as conn:
        new = lay(conn, account, told, keys)
        concerned = people.with_open_cases(conn, accounts.person_of(conn, account))
    done = f"laid on the customer: {asked.replace('_', ' ')}, to be reviewed on {told.review_on} ({told.treatment_id})"
    print(done if new else before(f"treatment {told.treatment_id}", "laid on the customer"))
    tell_cases(len(concerned))


def reason(
    treatment_id: Annotated[str, typer.Argument(metavar="TREATMENT_ID", help="As `person show` names it.")],
    by: ByOption,
) -> None:
    """Read why a customer is treated so. The audit names who read it."""
    keys = ledger_keys(load_settings())
    with opened().write() as conn:
        print(reason_of(conn, treatment_id, keys, code("--by", by), datetime.now(UTC)))
