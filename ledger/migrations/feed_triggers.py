"""Triggers that note what changed, so that whoever writes to the ledger, by SQL too, is heard.

On PostgreSQL one change for each statement and account, and whoever listens is told when the transaction ends. On
SQLite, where one writes at a time, none for an account that has a change waiting: it will be looked at anyway.
"""

from collections.abc import Iterator

from alembic import op

CHANNEL = "duecourse_changes"
"""Where PostgreSQL's NOTIFY tells that something changed."""

_ACCOUNT = "account_id"
_PERSON = "person_id"
_OF_A_FACT = "(SELECT person_id FROM person_facts AS f WHERE f.fact_id = {row}.fact_id)"
NOTED = {
    "accounts": (_ACCOUNT, "INSERT"),
    "statements": (_ACCOUNT, "INSERT"),
    "stated_lateness": (_ACCOUNT, "INSERT"),
    "obligations": (_ACCOUNT, "INSERT"),
    "meetings": (_ACCOUNT, "INSERT"),
    "entries": (_ACCOUNT, "INSERT"),
    "postings": (_ACCOUNT, "INSERT"),
    "persons": (_PERSON, "UPDATE"),
    "contact_points": (_PERSON, "INSERT", "UPDATE"),
    "person_facts": (_PERSON, "INSERT"),
    "withdrawals": (_PERSON, "INSERT"),
}
"""Table → whom its rows concern, and the changes of it that count."""

_RESOLVED = "OLD.state <> 'sending' AND NEW.state <> OLD.state"
"""A message whose fate is told by a person or its provider, after its case had an answer."""
_ENDED = "OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL"
"""A case that ends: from then on nobody waits for its account. Its other changes are its own."""
_SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"
_BY_ROW = {"cases": _ENDED, "messages": _RESOLVED}
"""Tables that a case writes itself, and what of that is for others to tell it."""
_FUNCTIONS = ("note_account_id", "note_person_id", "note_withdrawals", "note_row", "tell_changes")


def note_changes() -> None:
    """Create every trigger, and note all accounts that are there."""
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _on_sqlite() if sqlite else _on_postgresql():
        op.execute(statement)
    tx, now = ("0", _SQLITE_NOW) if sqlite else ("pg_current_xact_id()::text::bigint", "clock_timestamp()")
    op.execute(f"INSERT INTO changes (tx, account_id, at) SELECT {tx}, account_id, {now} FROM accounts")


def forget_changes() -> None:
    """Drop every trigger."""
    on_postgresql = op.get_context().dialect.name != "sqlite"
    events = [(table, event) for table, (_, *changes) in NOTED.items() for event in changes]
    for table, event in [*events, *((table, "UPDATE") for table in _BY_ROW)]:
        op.execute(f"DROP TRIGGER {_name(table, event)}{f' ON {table}' if on_postgresql else ''}")
    if on_postgresql:
        op.execute("DROP TRIGGER changes_told ON changes")
        for function in _FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")


def _name(table: str, event: str) -> str:
    return f"{table}_noted_{event.lower()}"


def _on_sqlite() -> Iterator[str]:
    for table, (column, *events) in NOTED.items():
        whom = _OF_A_FACT.format(row="NEW") if table == "withdrawals" else f"NEW.{column}"
        for event in events:
            yield _sqlite_trigger(table, event, column, whom)
    for table, when in _BY_ROW.items():
        yield _sqlite_trigger(table, "UPDATE", _ACCOUNT, "NEW.account_id", f"{when} AND ")


def _sqlite_trigger(table: str, event: str, column: str, whom: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} "
        f"WHEN {when}NOT EXISTS (SELECT 1 FROM changes WHERE {column} = {whom}) "
        f"BEGIN INSERT INTO changes (tx, {column}, at) VALUES (0, {whom}, {_SQLITE_NOW}); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM pg_notify('{CHANNEL}', ''); RETURN NULL; END $$"
    )
    yield ("CREATE TRIGGER changes_told AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION tell_changes()")
    for column in (_ACCOUNT, _PERSON):
        yield _function(f"note_{column}", column, f"SELECT DISTINCT {column} FROM changed ORDER BY 1")
    whom = _OF_A_FACT.format(row="changed")
    yield _function("note_withdrawals", _PERSON, f"SELECT DISTINCT {whom} FROM changed ORDER BY 1")
    yield _function("note_row", _ACCOUNT, "SELECT NEW.account_id")
    for table, (column, *events) in NOTED.items():
        function = "note_withdrawals" if table == "withdrawals" else f"note_{column}"
        for event in events:
            yield (
                f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} "
                f"REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    for table, when in _BY_ROW.items():
        yield (
            f"CREATE TRIGGER {_name(table, 'UPDATE')} AFTER UPDATE ON {table} "
            f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION note_row()"
        )


def _function(name: str, column: str, whom: str) -> str:
    """With the rights of the ledger's owner: who may write a row need not be let near the changes."""
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT "
        "AS $$ BEGIN "
        f"INSERT INTO changes (tx, {column}, at) "
        f"SELECT pg_current_xact_id()::text::bigint, whom.id, clock_timestamp() FROM ({whom}) AS whom (id); "
        f"RETURN NULL; END $$"
    )
