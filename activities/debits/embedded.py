"""The embedded ledger as the provider: what is asked of it is collected at once, and is a payment in the ledger.

For demos and tests: no money moves. Where the bank's own feed brings the payments it takes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from activities.debits.base import Answer, Collected, Declined, Instruction
from domain.model.debits import is_hard
from domain.model.errors import InputError, SurroundingsError
from domain.model.money import Money
from ledger import entries, watermarks
from ledger.codes import code
from ledger.engine import Ledger

Post = Callable[[str, Money, str, date, datetime], object]
"""Posts a payment once under its reference: account, amount, reference, value date, instant."""
Declines = Mapping[str, Mapping[str, str]]
"""Token of a mandate → due date and attempt, as ``2026-07-15/1`` → code of the decline."""
_SHAPE: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])


class EmbeddedDebits:
    """Collects at once, but for what a table says that it declines."""

    def __init__(self, ledger: Ledger, post: Post, declines: Declines | None = None) -> None:
        self._ledger = ledger
        self._post = post
        self._declines = declines or {}

    def collect(self, instruction: Instruction) -> Answer:
        """Post the payment, or decline; the reference follows from the key, so that it is one payment however often.

        Raises SurroundingsError where the bank's feed brings the payments.
        """
        self._check_demo()
        why = self._declines.get(instruction.token, {}).get(f"{instruction.due_on}/{instruction.attempt}")
        if why is not None:
            return Declined(why, is_hard(why, told=False))
        reference = reference_of(instruction.key)
        self._post(instruction.account_id, instruction.amount, reference, instruction.on, instruction.at)
        return Collected(reference)

    def fate(self, key: str) -> Answer | None:
        """Collected when its payment is in the ledger; a decline is given again when it is asked for again."""
        reference = reference_of(key)
        with self._ledger.read() as conn:
            return None if entries.find(conn, reference) is None else Collected(reference)

    def _check_demo(self) -> None:
        with self._ledger.read() as conn:
            fed = watermarks.get(conn, watermarks.LEDGER_FEED) is not None
        if fed:
            raise SurroundingsError(
                "the embedded provider of debits is for demos, and this ledger is fed by a bank: "
                "set DUECOURSE_DEBIT_PROVIDER=listed"
            )


def reference_of(key: str) -> str:
    """Under which the payment of this debit is in the ledger."""
    return f"debit-{sha256(key.encode()).hexdigest()[:24]}"


def read_declines(path: Path | None) -> Declines:
    """The table of a JSON file; raises InputError in one line when it is none."""
    if path is None:
        return {}
    try:
        found = _SHAPE.validate_python(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        raise InputError(
            f'DUECOURSE_DEBIT_DECLINES: {path} is no table of declines like {{"TOKEN": {{"2026-07-15/1": "no_funds"}}}}'
        ) from None
    return {token: {at: code("code", why) for at, why in of.items()} for token, of in found.items()}
