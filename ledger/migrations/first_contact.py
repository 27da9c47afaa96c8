"""The tables of contact in the first schema."""

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_contact_tables() -> None:
    """Tables, keys and indexes."""
    op.create_table(
        "stops",
        sa.Column("stop_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stop_id", name="pk_stops"),
    )
    op.create_index("ix_stops_released_at", "stops", ["released_at"], unique=False)
    op.create_table(
        "system_audit",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("chain_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_system_audit"),
        sa.UniqueConstraint("chain", "chain_seq", name="uq_system_audit_chain_chain_seq"),
    )
    op.create_table(
        "watermarks",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("fresh_until", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("feed", name="pk_watermarks"),
    )
    op.create_table(
        "person_facts",
        sa.Column("fact_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("address_id", sa.Text(), nullable=True),
        sa.Column("debts", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("collector", sa.Text(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=True),
        sa.Column("closes", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["contact_points.contact_point_id"], name="fk_person_facts_address_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_person_facts_person_id"),
        sa.PrimaryKeyConstraint("fact_id", name="pk_person_facts"),
    )
    op.create_index("ix_person_facts_person_id_at", "person_facts", ["person_id", "at"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("collector", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=True),
        sa.Column("address_id", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("debts", sa.Text(), nullable=False),
        sa.Column("consented", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("permit_id", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("breach", sa.Text(), nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["contact_points.contact_point_id"], name="fk_contacts_address_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_contacts_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_contacts_person_id"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contacts"),
    )
    op.create_index(
        "ix_contacts_pending",
        "contacts",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("outcome = 'pending'"),
        postgresql_where=sa.text("outcome = 'pending'"),
    )
    op.create_index("ix_contacts_person_id_at", "contacts", ["person_id", "at"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("must_say", sa.Text(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_tasks_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_tasks_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_tasks_person_id"),
        sa.PrimaryKeyConstraint("task_id", name="pk_tasks"),
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["kind", "at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open_of_person",
        "tasks",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "withdrawals",
        sa.Column("fact_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["fact_id"], ["person_facts.fact_id"], name="fk_withdrawals_fact_id"),
        sa.PrimaryKeyConstraint("fact_id", name="pk_withdrawals"),
    )
    op.create_table(
        "deliveries",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("message_key", sa.Text(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["message_key"], ["messages.key"], name="fk_deliveries_message_key"),
        sa.PrimaryKeyConstraint("digest", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_message_key", "deliveries", ["message_key"], unique=False)
    op.create_table(
        "permits",
        sa.Column("permit_id", sa.Text(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("asked_digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["contacts.contact_id"], name="fk_permits_permit_id"),
        sa.PrimaryKeyConstraint("permit_id", name="pk_permits"),
    )
    op.create_index(
        "ix_permits_open",
        "permits",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
