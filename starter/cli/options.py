"""The options and arguments that many commands have."""

from __future__ import annotations

from typing import Annotated

import typer

AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id in the ledger.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
