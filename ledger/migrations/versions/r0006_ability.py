"""Ability reports: what persons can pay, version by version."""

import sqlalchemy as sa
from alembic import op

from ledger.migrations.first_triggers import keep_as_written

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ability_reports",
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("ability", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_ability_reports"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"], name="fk_ability_reports_person_id_persons"),
        sa.UniqueConstraint("person_id", "version", name="uq_ability_reports_person_id_version"),
    )
    keep_as_written("ability_reports")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("ability_reports")
