"""The tables of the ledger. Money in minor units; ``_on`` are dates, ``_at`` aware instants."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from ledger import (  # noqa: F401  # they belong to the same schema
    agency_tables,
    bureau_tables,
    contact_tables,
    debit_tables,
    dispute_tables,
    feed_tables,
    intake_tables,
    negotiation_tables,
    plan_tables,
    promise_tables,
    re_age_tables,
    representative_tables,
)
from ledger.columns import SERIAL, Instant
from ledger.metadata import metadata as metadata

info = Table(
    "info",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# The name and the addresses of contact points leave the ledger only into the process that writes to the person.
persons = Table(
    "persons",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text),
    Column("locale", Text),
    Column("preferred_channel", Text),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False, index=True),
    Column("currency", CHAR(3), nullable=False),
    Column("zone", Text, nullable=False),
    Column("credit_limit_minor", BigInteger),
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("contact_point_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("usable_from", Date),
    Column("party", Text, nullable=False, server_default="debtor"),
    Column("party_id", Text),
    Column("place", Text, nullable=False, server_default="home"),
    Column("verified", Boolean, nullable=False, server_default=true()),
    Column("shared", Boolean, nullable=False, server_default=false()),
    Column("zone", Text),
    Index(None, "person_id", "channel"),
)

statements = Table(
    "statements",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("closed_on", Date, primary_key=True),
    Column("balance_minor", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

obligations = Table(
    "obligations",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("due_on", Date, primary_key=True),
    Column("minimum_minor", BigInteger, nullable=False),
    Column("statement_on", Date),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("minimum_minor >= 0", name="minimum"),
    sqlite_with_rowid=False,
)

# How many months late the bank states the account, known from a day on: a row for each change, 0 at first.
stated_lateness = Table(
    "stated_lateness",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("known_on", Date, primary_key=True),
    Column("months_late", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# That an obligation is met, wholly (the bank's status, no amount) or by an amount. Never changed: a reversal is a row.
meetings = Table(
    "meetings",
    metadata,
    Column("meeting_id", SERIAL, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("origin", Text, nullable=False),
    Column("amount_minor", BigInteger),
    Column("value_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("entry_reference", Text),
    ForeignKeyConstraint(["account_id", "due_on"], ["obligations.account_id", "obligations.due_on"]),
    CheckConstraint("(origin = 'bank_status') = (amount_minor IS NULL)", name="amount"),
    Index(None, "account_id", "due_on"),
    Index(None, "account_id", "value_on"),
    Index(
        "uq_meetings_bank_status",
        "account_id",
        "due_on",
        unique=True,
        sqlite_where=text("origin = 'bank_status'"),
        postgresql_where=text("origin = 'bank_status'"),
    ),
    Index(
        "uq_meetings_allocation",
        "account_id",
        "due_on",
        "entry_reference",
        unique=True,
        sqlite_where=text("origin = 'allocation'"),
        postgresql_where=text("origin = 'allocation'"),
    ),
)

# Signed: what increases the debt is positive. Never changed: a correction is a reversal.
entries = Table(
    "entries",
    metadata,
    Column("entry_id", SERIAL, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("reference", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("value_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("principal_minor", BigInteger, nullable=False),
    Column("interest_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("reverses", ForeignKey("entries.reference"), unique=True),
    Index(None, "account_id", "value_on"),
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("episode_no", Integer, nullable=False),
    Column("strategy_name", Text, nullable=False),
    Column("strategy_version", Integer, nullable=False),
    Column("strategy_digest", Text, nullable=False),
    Column("rules_name", Text, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("rules_digest", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("stage", Text, nullable=False),
    Column("wake_at", Instant),
    Column("oldest_due_on", Date),
    Column("past_due_minor", BigInteger),
    Column("step_no", Integer, nullable=False),
    Column("as_of", Instant),
    Column("closed_at", Instant),
    Column("outcome", Text),
    Column("days_past_due", Integer),
    Column("notices", Integer, nullable=False),
    UniqueConstraint("account_id", "episode_no"),
    Index(
        "uq_cases_open",
        "account_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("key", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("contact_point_id", ForeignKey("contact_points.contact_point_id")),
    Column("state", Text, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("intent_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("receipt", Text),
    Column("blocker", Text),
    Column("oldest_due_on", Date, nullable=False),
    Column("past_due_minor", BigInteger, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    Column("content_digest", Text),
    Column("locale", Text),
    Column("party", Text, nullable=False, server_default="debtor"),
    Column("not_taken", Boolean, nullable=False, server_default=false()),
    Column("purpose", Text, nullable=False),
    Column("legal_notice", Text),
    Index(
        "ix_messages_sending",
        "intent_at",
        "key",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
)

holds = Table(
    "holds",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("hold_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("obligations_due_on", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("released_at", Instant),
)

requests = Table(
    "requests",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("step_no", Integer, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),
)

# One chain of hashes for each case: one for all would queue every writer.
audit = Table(
    "audit",
    metadata,
    Column("seq", SERIAL, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False),
    Column("case_seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("case_id", "case_seq"),
)

policies = Table(
    "policies",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
)
