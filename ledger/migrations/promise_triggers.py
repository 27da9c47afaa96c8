"""What a promise to pay forbids: to change what was promised, to delete it, to let it run again once it was judged."""

from alembic import op

_FIXED = "case_id, promise_id, amount_minor, currency, made_at, made_on, due_on, grace_ends_on, made_by"
_BACKWARDS = "OLD.state <> 'active' AND NEW.state = 'active'"


def forbid_changes() -> None:
    """Create the triggers; on PostgreSQL with the function of the first schema."""
    for statement in _on_sqlite() if op.get_context().dialect.name == "sqlite" else _on_postgresql():
        op.execute(statement)


def _on_sqlite() -> tuple[str, ...]:
    abort = "BEGIN SELECT RAISE(ABORT, 'promises is append-only'); END"
    return (
        f"CREATE TRIGGER promises_no_delete BEFORE DELETE ON promises {abort}",
        f"CREATE TRIGGER promises_no_change BEFORE UPDATE OF {_FIXED} ON promises {abort}",
        f"CREATE TRIGGER promises_no_way_back BEFORE UPDATE ON promises WHEN {_BACKWARDS} {abort}",
    )


def _on_postgresql() -> tuple[str, ...]:
    run = "EXECUTE FUNCTION ledger_append_only()"
    return (
        f"CREATE TRIGGER promises_append_only BEFORE UPDATE OF {_FIXED} OR DELETE OR TRUNCATE ON promises "
        f"FOR EACH STATEMENT {run}",
        f"CREATE TRIGGER promises_no_way_back BEFORE UPDATE ON promises FOR EACH ROW WHEN ({_BACKWARDS}) {run}",
    )
