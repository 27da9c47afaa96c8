"""What mandates and debits forbid: to change what a row is about, to delete it, to take an end or an answer back."""

from alembic import op

FIXED = {
    "mandates": (
        "mandate_id, person_id, account_id, token, signed_on, valid_from, valid_until, most_minor, currency, evidence, "
        "given_by, recorded_at"
    ),
    "debits": (
        "key, case_id, account_id, plan_key, version, due_on, attempt, amount_minor, currency, mandate_id, on_date, "
        "wanted_at"
    ),
}
BACKWARDS = {
    "mandates": "OLD.ended_at IS NOT NULL",
    "debits": (
        "OLD.settled_at IS NOT NULL OR (OLD.state = 'asked' AND NEW.state = 'wanted') "
        "OR (OLD.state = 'unknown' AND NEW.state IN ('wanted', 'asked'))"
    ),
}


def forbid_changes() -> None:
    """Create the triggers; on PostgreSQL with the function of the first schema."""
    on_sqlite = op.get_context().dialect.name == "sqlite"
    for table, columns in FIXED.items():
        found = _on_sqlite(table, columns) if on_sqlite else _on_postgresql(table, columns)
        for statement in found:
            op.execute(statement)


def _on_sqlite(table: str, columns: str) -> tuple[str, ...]:
    abort = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {abort}",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OF {columns} ON {table} {abort}",
        f"CREATE TRIGGER {table}_no_way_back BEFORE UPDATE ON {table} WHEN {BACKWARDS[table]} {abort}",
    )


def _on_postgresql(table: str, columns: str) -> tuple[str, ...]:
    run = "EXECUTE FUNCTION ledger_append_only()"
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OF {columns} OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT {run}",
        f"CREATE TRIGGER {table}_no_way_back BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({BACKWARDS[table]}) {run}",
    )
