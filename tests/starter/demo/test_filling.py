"""The ledger of a demo holds what its customers tell, each fact unknown before its instant."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.model.contact import FactKind, PastFact
from ledger import info, person_facts
from ledger.importers.history import AccountHistory
from ledger.person_facts import PersonFact
from policies import Policies, load_rules, load_strategy
from starter.demo.run import Plan, fill_ledger
from starter.demo.window import Chosen, Window

DAY = date(2026, 3, 1)
AT = datetime(2026, 3, 9, 2, tzinfo=UTC)
HISTORY = AccountHistory("A-1", "P-1", "TWD", "Asia/Taipei", None, (), (), (), ())
WISH = PersonFact("w-1", "P-1", PastFact(at=AT, kind=FactKind.PREFERRED_WINDOW, opens=1080, closes=1260), AT)


def test_what_a_customer_tells_is_known_from_its_instant_on(tmp_path: Path) -> None:
    window, strategy = Window.of(DAY, 30), load_strategy("card-standard")
    policies = Policies(strategy, load_rules(strategy.rules))
    plan = Plan(AT, window, "Asia/Taipei", [Chosen(HISTORY, DAY)], policies, [WISH])

    ledger = fill_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", plan)

    with ledger.read() as connection:
        assert info.history_ends_on(connection) == window.last
        assert person_facts.of_person(connection, "P-1", AT - timedelta(seconds=1)) == ()
        assert person_facts.of_person(connection, "P-1", AT) == (WISH,)
    ledger.close()
