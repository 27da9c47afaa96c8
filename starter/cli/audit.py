"""`duecourse audit`: judge every contact again, and check that nobody touched the evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from domain.model.days import out_of_range
from domain.model.errors import InputError
from ledger.engine import open_ledger
from starter.auditing import Audited, audit_ledger
from starter.cli.options import JsonOption
from starter.cli.progress import progress
from starter.settings import load_settings

_SHOWN = 50


def audit(
    since: Annotated[
        str | None, typer.Option(help="Only contacts from this instant on, UTC unless it says: 2026-03-01T08:00+08:00.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Judge every message and contact of the ledger again, independently of the gate, and verify the audit chains.

    What the ledger has is compared with what the chains tell of it, both ways. Exit code 1 when a contact broke a rule
    or is not as it was sealed, or a row is not as it was written, is gone, or tells of something that is not there,
    or when a policy is not as it was published, or something cannot be read.
    """
    from_at = None if since is None else _instant(since)
    ledger = open_ledger(load_settings().ledger)
    with progress("judging persons") as went_through:
        found = audit_ledger(ledger, from_at, went_through)
    if as_json:
        print(json.dumps(_as_json(found), indent=2))
    else:
        tell(found, Console(highlight=False, soft_wrap=True))
    return 0 if found.is_clean else 1


def tell(found: Audited, console: Console) -> None:
    """The headline, and the first of what was found."""
    console.print(f"Audit: {found.headline}", markup=False)
    lines = [f"  {b.at:%Y-%m-%d %H:%M}Z  {b.reference}: {b.rule}: {b.why} ({b.source})" for b in found.breaches]
    lines += [f"  {t.case_id} row {t.case_seq}: {t.what}: {t.why}" for t in found.tampered]
    lines += [f"  {p.kind} {p.name} v{p.version}: {p.why}" for p in found.policies]
    lines += [f"  {why}" for why in found.unreadable]
    for line in lines[:_SHOWN]:
        console.print(line, markup=False)
    if len(lines) > _SHOWN:
        console.print(f"  and {len(lines) - _SHOWN:,} more: see --json")


def _as_json(found: Audited) -> dict[str, object]:
    return {
        "contacts": found.contacts,
        "breaches": [
            {"reference": b.reference, "at": b.at.isoformat(), "rule": b.rule, "source": b.source, "why": b.why}
            for b in found.breaches
        ],
        "chains": found.chains,
        "tampered": [
            {"chain": t.case_id, "row": t.case_seq, "what": t.what.value, "why": t.why} for t in found.tampered
        ],
        "policies": [{"kind": p.kind, "name": p.name, "version": p.version, "why": p.why} for p in found.policies],
        "unreadable": list(found.unreadable),
    }


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no instant: write 2026-03-01 or 2026-03-01T08:00+08:00") from None
    if why := out_of_range(at.date()):
        raise InputError(f"--since: {why}")
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
