"""Schema revisions of the ledger, applied by ``duecourse ledger init``."""

HEAD = "0017"
"""The revision that this code needs; known without importing alembic, which costs a command its start time."""
