"""Representatives: who may speak for a customer, and the steps of that authority."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0013"
down_revision = "0012"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create both tables; whom a hold of before is about, nobody kept."""
    op.create_table(
        "representatives",
        sa.Column("representative_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("accounts", sa.Text(), nullable=False),
        sa.Column("may_do", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_channel", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("representative_id", name="pk_representatives"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_representatives_person_id_persons"),
    )
    op.create_index("ix_representatives_person_id", "representatives", ["person_id"])
    op.create_table(
        "representative_steps",
        sa.Column("representative_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("representative_id", "step", name="pk_representative_steps"),
        sa.ForeignKeyConstraint(
            ["representative_id"],
            ["representatives.representative_id"],
            name="fk_representative_steps_representative_id_representatives",
        ),
    )
    keep_as_written("representatives", "representative_steps")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("representative_steps")
    op.drop_table("representatives")
