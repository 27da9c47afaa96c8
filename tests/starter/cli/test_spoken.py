"""A customer who is represented, beside a running worker: whose promise counts, and who may be contacted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank
from tests.starter.cli.test_contact import ALL_DAY, Shell
from tests.starter.cli.test_contact import run as run

ENTER = ("representative", "add", "A-1", "--id", "auth-1", "--kind", "attorney", "--party-id", "adv-7")
SAID = ("--for", "contact", "--for", "proposals", "--evidence", "DOC-1", "--by", "op-1")
CHECK = ("representative", "check", "auth-1", "--by", "op-2")
FOR_THE_LAWYER = ("request", "A-1", "--channel", "call", "--party", "attorney", "--party-id", "adv-7")
REPRESENTED = {
    "parties": [
        {"id": "debtor", "reach": "free", "source": "law"},
        {"id": "attorney", "reach": "conditional", "condition": "authority", "source": "law"},
    ],
    "consents": [{"id": "authority", "grants": "third_party", "source": "law"}],
    "holds": [
        {
            "id": "attorney_represented",
            "opened_by": "represented",
            "closed_by": ["on"],
            "parties": ["debtor"],
            "blocks": ["collect_contact"],
            "turns_to": ["attorney"],
            "source": "law",
        }
    ],
}


@pytest.fixture
async def case(bank: Bank, run: Shell) -> None:
    """The open case of A-1, under rules that know lawyers; one says that they act for the customer."""
    bank.policies = replace(bank.policies, rules=rules_with(windows=ALL_DAY, **REPRESENTED))
    bank.add_account("A-1", (4, 500))
    await bank.start("A-1")
    assert (await run(*ENTER, *SAID, group="person")).code == 0


async def test_what_a_checked_lawyer_promises_is_the_customers_word(bank: Bank, run: Shell, case) -> None:
    due = str(bank.today + timedelta(days=2))
    promise = ("promise", "A-1", "--amount", "300", "--due", due, "--spoken-by", "adv-7")
    refused = await run(*promise, "--id", "p-1", group="case")
    assert (refused.code, refused.out) == (2, "")
    assert "no checked authority lets adv-7 propose for the customer here" in refused.err
    assert (await run(*CHECK, group="person")).code == 0
    taken = await run(*promise, "--id", "p-2", group="case")
    assert (taken.code, taken.err) == (0, "")
    assert "adv-7 spoke for the customer: p-2." in [line.text for line in (await bank.state("A-1")).timeline]


async def test_a_permit_is_for_the_customer_before_the_check_and_for_the_lawyer_after_it(run: Shell, case) -> None:
    refused = await run(*FOR_THE_LAWYER)
    assert refused.code == 1
    assert "is not allowed by xx.test.attorney: not before something changes; a second person must check" in refused.out
    given = await run("request", "A-1", "--channel", "call", "--id", "r-1")
    assert given.code == 0, given.err
    assert (await run("return", "A-1", "A-1/1/permit/r-1")).code == 0

    assert (await run(*CHECK, group="person")).code == 0
    refused = await run("request", "A-1", "--channel", "call")
    assert refused.code == 1
    assert "is not allowed by xx.test.attorney_represented" in refused.out
    assert "; for the customer speaks attorney adv-7: ask for a contact with them" in refused.out
    given = await run(*FOR_THE_LAWYER)
    assert given.code == 0, given.err
    assert given.out.startswith("one contact (call, attorney) is permitted from ")
