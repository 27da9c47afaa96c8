"""What an intake says: where it begins, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.importers.intake import Beginning
from starter.intake import CasesTold

_LATER = "the feed opens and rings the cases later"


def begins(start: Beginning, *, dry_run: bool, strict: bool) -> str | None:
    """Where it begins, in one line; None: at the first line of a file that was never seen."""
    if start.taken_before:
        at = f"{start.intake.finished_at:%Y-%m-%d %H:%M} UTC"
        name = start.intake.name
        return f"{name} was taken before, on {at}: " + ("checked anew" if dry_run else "nothing is checked twice")
    if start.goes_on and not (dry_run or strict):
        return f"{start.intake.name} was cut off: continues at line {start.intake.line + 1:,}"
    if start.same is not None and start.same.line and not (dry_run or strict):
        return f"the bad rows of {start.same.name} are not in {start.intake.rejects}: reads it from the first line"
    if start.other is not None:
        at = f"{start.other.begun_at:%Y-%m-%d %H:%M} UTC"
        return f"{start.other.name} changed since it was taken on {at}: begins anew, known rows change nothing"
    return None


def in_words(counts: Mapping[str, int], *, dry_run: bool) -> list[str]:
    """The counts of a file, as a table without lines."""
    n = {name: f"{count:,}" for name, count in counts.items()}
    is_new = "would be new" if dry_run else "new"
    return [
        f"{'rows':16}{n['rows']:>10}  bad: {n['bad_rows']}",
        f"{'accounts':16}{n['accounts']:>10}  {is_new}: {n['new_accounts']}; other credit limit: {n['credit_limits']}",
        f"{is_new}: persons {n['persons']}, contact points {n['contact_points']}, statements {n['statements']}, "
        f"obligations {n['obligations']}, entries {n['entries']}",
        *(["nothing was written: this was a dry run"] if dry_run else []),
    ]


def cases_in_words(told: CasesTold | None) -> list[str]:
    """What the cases heard; None: they were not told."""
    if told is None:
        return []
    done = told.done
    lines = []
    if told.later is None or any((done.opened, done.rung, done.watched)):
        lines.append(f"cases: opened {done.opened:,}, told {done.rung:,}; accounts without one: {done.watched:,}")
    if done.unheard:
        lines.append(f"cases that could not be told: {done.unheard:,}, the feed tries them again")
    if told.later is not None:
        lines.append(f"{told.later}; the data is loaded, {_LATER}")
    return lines
