"""Requests: the answers that messages to a case had, by message id, long after the case forgot them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from domain.model.events import Answer
from ledger.canonical import canonical
from ledger.inserts import bulk_insert
from ledger.tables import requests


def find(conn: Connection, case_id: str, ids: Collection[str], until_step: int) -> dict[str, Answer]:
    """Those of the message ids that had an answer in a step of this case until this one.

    A later step is one that the case never adopted: its answer reached nobody and had no effect.
    """
    if not ids:
        return {}
    c = requests.c
    statement = select(c.message_id, c.answer).where(
        c.case_id == case_id, c.message_id.in_(ids), c.step_no <= until_step
    )
    return {row.message_id: Answer.model_validate_json(row.answer) for row in conn.execute(statement)}


def store(conn: Connection, case_id: str, step_no: int, answers: Sequence[Answer], at: datetime) -> int:
    """Keep the answers of a step; the first answer to an id stays. Returns how many are new.

    What an earlier run of this step left, which the case never adopted, is replaced.
    """
    conn.execute(delete(requests).where(requests.c.case_id == case_id, requests.c.step_no >= step_no))
    if not answers:
        return 0
    rows = [
        {
            "case_id": case_id,
            "message_id": answer.id,
            "step_no": step_no,
            "answered_at": at,
            "answer": canonical(answer.model_dump(mode="json")),
        }
        for answer in answers
    ]
    return bulk_insert(conn, requests, rows, skip_existing=True)
