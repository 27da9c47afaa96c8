"""The strategy of new cases: by name, or from a file of the bank's own."""

import pytest

from domain.model.errors import InputError
from policies import load_strategy
from starter.cases import Policies


def test_a_strategy_comes_by_name_or_from_a_file_of_the_bank(tmp_path) -> None:
    named = Policies.named("card-standard")
    assert (named.strategy, named.rules.name) == (load_strategy("card-standard"), "cn")
    own = tmp_path / "own.yaml"
    own.write_text(
        """name: own
version: 3
title: Our own
rules: cn
send_at: "10:00"
days_between: 6
most_attempts: 4
ladder:
  - {id: first, notice: first, channels: [file], due: {rule: days_past_due, days: 9}}
""",
        encoding="utf-8",
    )
    assert str(Policies.named(str(own)).strategy.name) == "own"


def test_a_broken_file_is_told_by_file_line_and_column(tmp_path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("name: broken\nversion: none\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.yml:2:10: version"):
        Policies.named(str(broken))
