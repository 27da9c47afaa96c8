"""The tables of contact: what was made and permitted, what bears on it, and the work that it leaves for people.

``_at`` are aware instants; lists and objects are canonical JSON. No personal data: addresses are ids of contact points.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from ledger.columns import SERIAL, Instant
from ledger.metadata import metadata

_PENDING = text("outcome = 'pending'")
_OPEN_PERMIT = text("state = 'open'")
_OPEN_TASK = text("closed_at IS NULL")

# Every contact made or permitted, by anyone. Never deleted; an outcome only goes forward (the triggers see to it).
contacts = Table(
    "contacts",
    metadata,
    Column("contact_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("collector", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("party_id", Text),
    Column("address_id", ForeignKey("contact_points.contact_point_id")),
    Column("place", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("notice", Text),
    Column("outcome", Text, nullable=False),
    Column("debts", Text, nullable=False),
    Column("consented", Text),
    Column("case_id", ForeignKey("cases.case_id")),
    Column("permit_id", Text),
    Column("digest", Text, nullable=False),
    Column("reported_at", Instant),
    Column("breach", Text),
    Column("cancelled_at", Instant),
    Index(None, "person_id", "at"),
    Index("ix_contacts_pending", "person_id", sqlite_where=_PENDING, postgresql_where=_PENDING),
)

# Why a customer is late, as a contact brought it to light. Never changed.
causes = Table(
    "causes",
    metadata,
    Column("contact_id", ForeignKey("contacts.contact_id"), primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("told_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("disputed_due_on", Text, nullable=False),
    Column("recording", Text),
)

# Facts about a person that bear on contact. Never changed: a wrong one is withdrawn by a second entry.
person_facts = Table(
    "person_facts",
    metadata,
    Column("fact_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("channel", Text),
    Column("address_id", ForeignKey("contact_points.contact_point_id")),
    Column("debts", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("party_id", Text),
    Column("collector", Text, nullable=False),
    Column("opens", Integer),
    Column("closes", Integer),
    Column("days", Integer),
    Column("until", Instant),
    Column("evidence", Text),
    Index(None, "person_id", "at"),
)

# How far complaints have come, step by step. Never changed.
complaints = Table(
    "complaints",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("complaint_id", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("received_on", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("about", Text),
    Column("by", Text),
    Column("reason", Text),
    Column("outcome", Text),
    Column("reference", Text),
)

# What vulnerable customers need. Never changed; the reason lies encrypted, and goes nowhere else.
treatments = Table(
    "treatments",
    metadata,
    Column("treatment_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("treatment", Text, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("consent", Text),
    Column("sealed_reason", Text),
)

# What a person can pay, version by version. Never changed; amounts by kind, no names.
ability_reports = Table(
    "ability_reports",
    metadata,
    Column("report_id", Text, primary_key=True),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("statement", Text, nullable=False),
    Column("ability", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    UniqueConstraint("person_id", "version"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("fact_id", ForeignKey("person_facts.fact_id"), primary_key=True),
    Column("recorded_at", Instant, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# What was asked lies in the contact under the same id: it holds its place in every cap until it is reported.
permits = Table(
    "permits",
    metadata,
    Column("permit_id", ForeignKey("contacts.contact_id"), primary_key=True),
    Column("issued_at", Instant, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("conditions", Text, nullable=False),
    Column("asked_digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Index("ix_permits_open", "expires_at", sqlite_where=_OPEN_PERMIT, postgresql_where=_OPEN_PERMIT),
)

stops = Table(
    "stops",
    metadata,
    Column("stop_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("released_at", Instant, index=True),
    Column("released_by", Text),
)

# Chains of hashes for what is not a case's.
system_audit = Table(
    "system_audit",
    metadata,
    Column("seq", SERIAL, primary_key=True),
    Column("chain", Text, nullable=False),
    Column("chain_seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("chain", "chain_seq"),
)

watermarks = Table(
    "watermarks",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("fresh_until", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.case_id")),
    Column("account_id", ForeignKey("accounts.account_id")),
    Column("person_id", ForeignKey("persons.person_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("detail", Text, nullable=False),
    Column("must_say", Text),
    Column("closed_at", Instant),
    Column("closed_by", Text),
    Column("outcome", Text),
    Index("ix_tasks_open", "kind", "at", sqlite_where=_OPEN_TASK, postgresql_where=_OPEN_TASK),
    Index("ix_tasks_open_of_person", "person_id", sqlite_where=_OPEN_TASK, postgresql_where=_OPEN_TASK),
)

# What a provider said of a message after it took it; the digest makes a report that comes twice one.
deliveries = Table(
    "deliveries",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("message_key", ForeignKey("messages.key"), nullable=False, index=True),
    Column("provider_ref", Text),
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
)
