"""`duecourse case re-age`: ask that an account be made current though its arrears are not paid in full."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.model.errors import InputError
from domain.model.re_age import AskReAge
from starter.cli.operators import ByOption
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.requests import IdOption, ask_case, fresh_id


def re_age(
    account: AccountArgument,
    by: ByOption,
    evidence: Annotated[
        str | None, typer.Option(metavar="CODE", help="Reference of what shows it, in your own system.")
    ] = None,
    ability_report: Annotated[
        str | None, typer.Option(metavar="ID", help="Or the newest report of what the customer can pay.")
    ] = None,
    message_id: IdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for a re-age: the customer shows that they are willing and able. Somebody else approves it.

    `duecourse offer approve ACCOUNT ID` and `decline` decide; only then the card system is asked.
    """
    if evidence is None and ability_report is None:
        raise InputError("say what shows that the customer is willing and able: --evidence or --ability-report")
    shown = {"evidence": evidence, "ability_report": ability_report}
    name = message_id or fresh_id("re-age")
    ask_case(account, lambda name: AskReAge.model_validate({"id": name, "by": by, **shown}), name, as_json)
