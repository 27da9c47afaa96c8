"""Functions by which a bank's own systems post on PostgreSQL; on SQLite they insert into ``postings``.

They act with the rights of the ledger's owner, and nobody else may call them before that one grants it.
Each is harmless when repeated, and refuses a reference that says something else. Nothing else is checked here: the feed
makes an entry of the row, or writes into it why it cannot.
"""

from alembic import op

_SIGNATURES = {
    "post_payment": "account_id text, reference text, amount numeric, currency text, value_on date DEFAULT NULL",
    "post_reversal": "account_id text, reference text, reverses text, value_on date DEFAULT NULL",
}
_ROWS = {
    "post_payment": "$2, $1, 'payment', $3::text, $4, $5, NULL",
    "post_reversal": "$2, $1, 'reversal', NULL, NULL, $4, $3",
}
_COLUMNS = "reference, account_id, kind, amount, currency, value_on, reverses"


def create_functions() -> None:
    """Create them, on PostgreSQL."""
    if op.get_context().dialect.name == "sqlite":
        return
    for name, signature in _SIGNATURES.items():
        op.execute(
            f"CREATE FUNCTION {name}({signature}) RETURNS boolean LANGUAGE plpgsql "
            f"SECURITY DEFINER SET search_path FROM CURRENT AS $$ "
            f"DECLARE asked record; there record; BEGIN "
            f"INSERT INTO postings ({_COLUMNS}) VALUES ({_ROWS[name]}) ON CONFLICT DO NOTHING; "
            f"IF FOUND THEN RETURN true; END IF; "
            f"SELECT p.reference, p.account_id, p.kind, p.amount, p.currency, p.value_on, p.reverses "
            f"INTO there FROM postings AS p WHERE p.reference = $2; "
            f"SELECT {_ROWS[name]} INTO asked; "
            f"IF there IS DISTINCT FROM asked THEN "
            f"RAISE EXCEPTION 'reference % was used for another posting', $2 USING ERRCODE = 'unique_violation'; "
            f"END IF; RETURN false; END $$"
        )
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")


def drop_functions() -> None:
    """Drop them."""
    if op.get_context().dialect.name != "sqlite":
        for name in _SIGNATURES:
            op.execute(f"DROP FUNCTION {name}")
