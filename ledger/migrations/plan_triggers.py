"""What an adjustment forbids: to change it once the card system may have it, to delete it, to take its answer back.

The same holds for every instruction to somebody outside.
"""

from dataclasses import dataclass

from alembic import op

_ASKED = "percent, amount_minor, currency, made_by, checked_by, wanted_at"
_GIVEN_UP, _PARTS = "adjustments_parts", "principal_minor, interest_minor, fee_minor, undoes"
_FIXED = "key, case_id, account_id, kind"
_BACKWARDS = "OLD.settled_at IS NOT NULL OR (OLD.state = 'asked' AND NEW.state = 'wanted')"


@dataclass(frozen=True)
class Instructions:
    """A table of instructions to somebody outside."""

    table: str = "adjustments"
    asked: str = _ASKED
    """What is asked for: it changes only while nobody may have it."""
    given: str = "OLD.state <> 'wanted'"
    """When somebody may have it."""
    backwards: str = _BACKWARDS


def forbid_changes(of: Instructions = Instructions()) -> None:
    """Create the triggers; on PostgreSQL with the function of the first schema."""
    for statement in _on_sqlite(of) if op.get_context().dialect.name == "sqlite" else _on_postgresql(of):
        op.execute(statement)


def fix_what_is_given_up() -> None:
    """The same for what an adjustment gives up, by component, and what it undoes: columns that came later."""
    if op.get_context().dialect.name == "sqlite":
        run = "BEGIN SELECT RAISE(ABORT, 'adjustments is append-only'); END"
        how = ""
    else:
        run, how = "EXECUTE FUNCTION ledger_append_only()", "FOR EACH ROW "
    when = "(OLD.state <> 'wanted')" if how else "OLD.state <> 'wanted'"
    op.execute(f"CREATE TRIGGER {_GIVEN_UP} BEFORE UPDATE OF {_PARTS} ON adjustments {how}WHEN {when} {run}")


def let_go_of_what_is_given_up() -> None:
    """Drop that trigger."""
    on = "" if op.get_context().dialect.name == "sqlite" else " ON adjustments"
    op.execute(f"DROP TRIGGER {_GIVEN_UP}{on}")


def _on_sqlite(of: Instructions) -> tuple[str, ...]:
    table = of.table
    abort = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {abort}",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OF {_FIXED} ON {table} {abort}",
        f"CREATE TRIGGER {table}_no_other BEFORE UPDATE OF {of.asked} ON {table} WHEN {of.given} {abort}",
        f"CREATE TRIGGER {table}_no_way_back BEFORE UPDATE ON {table} WHEN {of.backwards} {abort}",
    )


def _on_postgresql(of: Instructions) -> tuple[str, ...]:
    table, run = of.table, "EXECUTE FUNCTION ledger_append_only()"
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {_FIXED} OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT {run}",
        f"CREATE TRIGGER {table}_no_other BEFORE UPDATE OF {of.asked} ON {table} FOR EACH ROW WHEN ({of.given}) {run}",
        f"CREATE TRIGGER {table}_no_way_back BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({of.backwards}) {run}",
    )
