"""Causes: why customers are late, as contacts brought it to light."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create the table; of contacts that were reported before nobody told a cause."""
    op.create_table(
        "causes",
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("disputed_due_on", sa.Text(), nullable=False),
        sa.Column("recording", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", "cause", name="pk_causes"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.contact_id"], name="fk_causes_contact_id_contacts"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_causes_person_id_persons"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name="fk_causes_case_id_cases"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_causes_account_id_accounts"),
    )
    op.create_index("ix_causes_case_id", "causes", ["case_id"])
    keep_as_written("causes")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("causes")
