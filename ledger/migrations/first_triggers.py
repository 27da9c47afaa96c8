"""What the first schema forbids: changing or deleting evidence, and states that go back. The same on both databases."""

from alembic import op

APPEND_ONLY = (
    "statements",
    "stated_lateness",
    "obligations",
    "meetings",
    "entries",
    "audit",
    "system_audit",
    "policies",
    "person_facts",
    "withdrawals",
    "deliveries",
)
"""No row of these changes."""

FIXED = {
    "messages": (
        "key, case_id, account_id, person_id, step, notice, attempt, channel, oldest_due_on, past_due_minor, currency, "
        "purpose, legal_notice"
    ),
    "contacts": (
        "contact_id, person_id, channel, direction, actor, collector, party, place, purpose, notice, debts, "
        "case_id, permit_id, digest"
    ),
    "permits": "permit_id, issued_at, valid_from, expires_at, conditions, asked_digest",
    "stops": "stop_id, kind, value, set_at, set_by, reason",
    "tasks": "task_id, case_id, account_id, person_id, kind, at, due_at, detail, must_say",
}
"""No row of these is deleted, and these columns never change."""

_SETTLED_CONTACT_CHANGES = " OR ".join(
    [
        f"NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in ("at", "address_id", "party_id", "consented", "cancelled_at")
    ]
    + ["(NEW.outcome <> OLD.outcome AND NOT (OLD.outcome = 'delivered' AND NEW.outcome = 'failed'))"]
)
BACKWARDS = {
    "messages": (
        "(OLD.state <> 'sending' AND NEW.state = 'sending') "
        "OR (OLD.state = 'sent' AND NEW.state NOT IN ('sent', 'failed')) "
        "OR (OLD.state = 'failed' AND NEW.state <> 'failed')"
    ),
    "contacts": (
        f"(OLD.outcome NOT IN ('pending', 'unreported') AND ({_SETTLED_CONTACT_CHANGES})) "
        "OR (OLD.outcome = 'unreported' AND NEW.outcome = 'pending') "
        "OR (OLD.party_id IS NOT NULL AND NEW.party_id IS DISTINCT FROM OLD.party_id) "
        "OR (OLD.breach IS NOT NULL AND NEW.breach IS DISTINCT FROM OLD.breach)"
    ),
    "permits": (
        "NEW.state <> OLD.state AND (OLD.state = 'reported' OR NOT (OLD.state = 'open' OR NEW.state = 'reported' "
        "OR (OLD.state = 'expired' AND NEW.state = 'cancelled')))"
    ),
    "stops": "OLD.released_at IS NOT NULL",
    "tasks": "OLD.closed_at IS NOT NULL",
}
"""Changes of the other columns that would undo what was said before."""


def forbid_changes() -> None:
    """Create every trigger."""
    if op.get_context().dialect.name == "sqlite":
        _forbid_changes_sqlite()
    else:
        _forbid_changes_postgresql()


def keep_as_written(*tables: str) -> None:
    """Rows of these tables are added, never changed and never deleted."""
    for table in tables:
        if op.get_context().dialect.name == "sqlite":
            for change in ("update", "delete"):
                _abort(table, change, change)
        else:
            _raise(table, "append_only", "UPDATE OR DELETE OR TRUNCATE", "FOR EACH STATEMENT")


def _forbid_changes_sqlite() -> None:
    """One trigger for each way of changing a row."""
    keep_as_written(*APPEND_ONLY)
    for table, columns in FIXED.items():
        _abort(table, "delete", "delete")
        _abort(table, "change", f"update OF {columns}")
        _abort(table, "way_back", "update", when=BACKWARDS[table])


def _abort(table: str, name: str, change: str, when: str | None = None) -> None:
    condition = f"WHEN {when} " if when else ""
    op.execute(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {change} ON {table} {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _forbid_changes_postgresql() -> None:
    """One trigger a table, emptying it included; for tables of states one more a column list, one more a row."""
    op.execute(
        "CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    keep_as_written(*APPEND_ONLY)
    for table, columns in FIXED.items():
        _raise(table, "append_only", f"UPDATE OF {columns} OR DELETE OR TRUNCATE", "FOR EACH STATEMENT")
        _raise(table, "no_way_back", "UPDATE", f"FOR EACH ROW WHEN ({BACKWARDS[table]})")


def _raise(table: str, name: str, change: str, each: str) -> None:
    op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {change} ON {table} {each} EXECUTE FUNCTION ledger_append_only()")
