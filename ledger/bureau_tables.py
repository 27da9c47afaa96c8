"""The table of what a credit bureau is told: instructions under their keys, how far each came, what was answered."""

from sqlalchemy import CHAR, BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from ledger.columns import Instant
from ledger.metadata import metadata

bureau_reports = Table(
    "bureau_reports",
    metadata,
    Column("key", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("past_due_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("oldest_due_on", Date, nullable=False),
    Column("days_past_due", Integer, nullable=False),
    Column("dispute", Text),
    Column("wanted_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("tried_at", Instant),
    Column("sent_at", Instant),
    Column("settled_at", Instant),
    Column("reference", Text),
    Column("reason", Text),
    Index(
        "ix_bureau_reports_open",
        "wanted_at",
        "key",
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
)
