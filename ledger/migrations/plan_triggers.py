"""What an adjustment forbids: to change it once the card system may have it, to delete it, to take its answer back."""

from alembic import op

_ASKED = "percent, amount_minor, currency, made_by, checked_by, wanted_at"
_GIVEN_UP, _PARTS = "adjustments_parts", "principal_minor, interest_minor, fee_minor, undoes"
_FIXED = "key, case_id, account_id, kind"
_BACKWARDS = "OLD.settled_at IS NOT NULL OR (OLD.state = 'asked' AND NEW.state = 'wanted')"


def forbid_changes() -> None:
    """Create the triggers; on PostgreSQL with the function of the first schema."""
    for statement in _on_sqlite() if op.get_context().dialect.name == "sqlite" else _on_postgresql():
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


def _on_sqlite() -> tuple[str, ...]:
    abort = "BEGIN SELECT RAISE(ABORT, 'adjustments is append-only'); END"
    return (
        f"CREATE TRIGGER adjustments_no_delete BEFORE DELETE ON adjustments {abort}",
        f"CREATE TRIGGER adjustments_no_change BEFORE UPDATE OF {_FIXED} ON adjustments {abort}",
        f"CREATE TRIGGER adjustments_no_other BEFORE UPDATE OF {_ASKED} ON adjustments "
        f"WHEN OLD.state <> 'wanted' {abort}",
        f"CREATE TRIGGER adjustments_no_way_back BEFORE UPDATE ON adjustments WHEN {_BACKWARDS} {abort}",
    )


def _on_postgresql() -> tuple[str, ...]:
    run = "EXECUTE FUNCTION ledger_append_only()"
    return (
        f"CREATE TRIGGER adjustments_append_only BEFORE UPDATE OF {_FIXED} OR DELETE OR TRUNCATE ON adjustments "
        f"FOR EACH STATEMENT {run}",
        f"CREATE TRIGGER adjustments_no_other BEFORE UPDATE OF {_ASKED} ON adjustments "
        f"FOR EACH ROW WHEN (OLD.state <> 'wanted') {run}",
        f"CREATE TRIGGER adjustments_no_way_back BEFORE UPDATE ON adjustments FOR EACH ROW WHEN ({_BACKWARDS}) {run}",
    )
