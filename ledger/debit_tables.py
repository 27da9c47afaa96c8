"""The tables of mandates and of debits. What a row is about never changes; a mandate ends, a debit gets its answer."""

from sqlalchemy import CHAR, BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from ledger.columns import Instant
from ledger.metadata import metadata

mandates = Table(
    "mandates",
    metadata,
    Column("mandate_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("token", Text, nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("most_minor", BigInteger),
    Column("currency", CHAR(3), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Column("end_reason", Text),
)

debits = Table(
    "debits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("plan_key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("mandate_id", ForeignKey("mandates.mandate_id"), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", Instant),
    Column("settled_at", Instant),
    Column("code", Text),
    Column("hard", Boolean, nullable=False),
    Column("reference", Text),
    Index("ix_debits_account_id_on_date", "account_id", "on_date"),
    # At most one a day for an account, whoever writes it; what was never asked for holds no place.
    Index(
        "ux_debits_once_a_day",
        "account_id",
        "on_date",
        unique=True,
        sqlite_where=text("state <> 'failed'"),
        postgresql_where=text("state <> 'failed'"),
    ),
    Index(
        "ix_debits_open",
        "wanted_at",
        "key",
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
)
