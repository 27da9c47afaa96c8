"""The first schema of the ledger."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_contact import create_contact_tables
from ledger.migrations.first_triggers import forbid_changes

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table, then forbid changing what is evidence."""
    create_tables()
    create_contact_tables()
    forbid_changes()


def create_tables() -> None:
    """Tables, keys and indexes."""
    op.create_table(
        "info",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_info"),
    )
    op.create_table(
        "persons",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("preferred_channel", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name="pk_persons"),
    )
    op.create_table(
        "policies",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "version", name="pk_policies"),
    )
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("credit_limit_minor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_accounts_person_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_accounts"),
    )
    op.create_index("ix_accounts_person_id", "accounts", ["person_id"], unique=False)
    op.create_table(
        "contact_points",
        sa.Column("contact_point_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("usable_from", sa.Date(), nullable=True),
        sa.Column("party", sa.Text(), server_default="debtor", nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), server_default="home", nullable=False),
        sa.Column("verified", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_contact_points_person_id"),
        sa.PrimaryKeyConstraint("contact_point_id", name="pk_contact_points"),
    )
    op.create_index("ix_contact_points_person_id_channel", "contact_points", ["person_id", "channel"], unique=False)
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("episode_no", sa.Integer(), nullable=False),
        sa.Column("strategy_name", sa.Text(), nullable=False),
        sa.Column("strategy_version", sa.Integer(), nullable=False),
        sa.Column("strategy_digest", sa.Text(), nullable=False),
        sa.Column("rules_name", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("rules_digest", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("wake_at", INSTANT, nullable=True),
        sa.Column("oldest_due_on", sa.Date(), nullable=True),
        sa.Column("past_due_minor", sa.BigInteger(), nullable=True),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("as_of", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("days_past_due", sa.Integer(), nullable=True),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_cases_account_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
        sa.UniqueConstraint("account_id", "episode_no", name="uq_cases_account_id_episode_no"),
    )
    op.create_index(
        "uq_cases_open",
        "cases",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "entries",
        sa.Column("entry_id", SERIAL, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("principal_minor", sa.BigInteger(), nullable=False),
        sa.Column("interest_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("reverses", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_entries_account_id"),
        sa.ForeignKeyConstraint(["reverses"], ["entries.reference"], name="fk_entries_reverses"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entries"),
        sa.UniqueConstraint("reference", name="uq_entries_reference"),
        sa.UniqueConstraint("reverses", name="uq_entries_reverses"),
    )
    op.create_index("ix_entries_account_id_value_on", "entries", ["account_id", "value_on"], unique=False)
    op.create_table(
        "obligations",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("minimum_minor", sa.BigInteger(), nullable=False),
        sa.Column("statement_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("minimum_minor >= 0", name=op.f("ck_obligations_minimum")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_obligations_account_id"),
        sa.PrimaryKeyConstraint("account_id", "due_on", name="pk_obligations"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statements",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_statements_account_id"),
        sa.PrimaryKeyConstraint("account_id", "closed_on", name="pk_statements"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stated_lateness",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("months_late", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_stated_lateness_account_id"),
        sa.PrimaryKeyConstraint("account_id", "known_on", name="pk_stated_lateness"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("case_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_audit_case_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("case_id", "case_seq", name="uq_audit_case_id_case_seq"),
    )
    op.create_table(
        "holds",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("obligations_due_on", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_holds_case_id"),
        sa.PrimaryKeyConstraint("case_id", "hold_id", name="pk_holds"),
    )
    op.create_table(
        "meetings",
        sa.Column("meeting_id", SERIAL, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("entry_reference", sa.Text(), nullable=True),
        sa.CheckConstraint("(origin = 'bank_status') = (amount_minor IS NULL)", name=op.f("ck_meetings_amount")),
        sa.ForeignKeyConstraint(
            ["account_id", "due_on"],
            ["obligations.account_id", "obligations.due_on"],
            name="fk_meetings_account_id_due_on",
        ),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_meetings"),
    )
    op.create_index("ix_meetings_account_id_due_on", "meetings", ["account_id", "due_on"], unique=False)
    op.create_index("ix_meetings_account_id_value_on", "meetings", ["account_id", "value_on"], unique=False)
    op.create_index(
        "uq_meetings_allocation",
        "meetings",
        ["account_id", "due_on", "entry_reference"],
        unique=True,
        sqlite_where=sa.text("origin = 'allocation'"),
        postgresql_where=sa.text("origin = 'allocation'"),
    )
    op.create_index(
        "uq_meetings_bank_status",
        "meetings",
        ["account_id", "due_on"],
        unique=True,
        sqlite_where=sa.text("origin = 'bank_status'"),
        postgresql_where=sa.text("origin = 'bank_status'"),
    )
    op.create_table(
        "messages",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("contact_point_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("intent_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("blocker", sa.Text(), nullable=True),
        sa.Column("oldest_due_on", sa.Date(), nullable=False),
        sa.Column("past_due_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), server_default="debtor", nullable=False),
        sa.Column("not_taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_notice", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_messages_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_messages_case_id"),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_points.contact_point_id"], name="fk_messages_contact_point_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_messages_person_id"),
        sa.PrimaryKeyConstraint("key", name="pk_messages"),
    )
    op.create_index("ix_messages_case_id", "messages", ["case_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_requests_case_id"),
        sa.PrimaryKeyConstraint("case_id", "message_id", name="pk_requests"),
    )
