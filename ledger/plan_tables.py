"""The tables of repayment plans, and of what is asked of the card system. What was agreed never changes.

A step may be decided again after it was stored: ``agreed_at`` and ``recorded_at`` tell apart what each run of it left.
"""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from ledger.columns import Instant
from ledger.metadata import metadata

plans = Table(
    "plans",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("plan_no", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("agreed_at", Instant, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("covers", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("first_signed_on", Date, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("moves", Integer, nullable=False),
    Column("class_floor", Text),
    Column("observed_until", Date),
    Column("agreement", Text, nullable=False),
    Index(None, "account_id", "first_signed_on"),
)

plan_instalments = Table(
    "plan_instalments",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("plan_no", Integer, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("agreed_at", Instant, primary_key=True),
    Column("instalment_no", Integer, primary_key=True),
    Column("due_on", Date, nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["case_id", "plan_no", "version", "agreed_at"],
        ["plans.case_id", "plans.plan_no", "plans.version", "plans.agreed_at"],
    ),
    sqlite_with_rowid=False,
)

plan_steps = Table(
    "plan_steps",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("plan_no", Integer, primary_key=True),
    Column("change_no", Integer, primary_key=True),
    Column("recorded_at", Instant, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("resumes_on", Date),
    Column("ends_early_on", Date),
    Column("ends_early_minor", BigInteger),
    Column("told_on", Date),
    Column("reference", Text),
    Column("returned", Integer, nullable=False),
    Column("by", Text),
)

adjustments = Table(
    "adjustments",
    metadata,
    Column("key", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("percent", Text),
    Column("amount_minor", BigInteger),
    Column("currency", CHAR(3)),
    Column("principal_minor", BigInteger),
    Column("interest_minor", BigInteger),
    Column("fee_minor", BigInteger),
    Column("undoes", Text),
    Column("made_by", Text),
    Column("checked_by", Text),
    Column("wanted_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", Instant),
    Column("settled_at", Instant),
    Column("reference", Text),
    Column("reason", Text),
    Index(None, "account_id", "kind"),
    Index(
        "ix_adjustments_open",
        "wanted_at",
        "key",
        sqlite_where=text("settled_at IS NULL"),
        postgresql_where=text("settled_at IS NULL"),
    ),
)
