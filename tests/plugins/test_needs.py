"""A machine that lacks a component is told so, and CI does not let it pass."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs two tests that need node and one that does not, on a machine without programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile("""
        import pytest

        @pytest.mark.needs("node")
        @pytest.mark.parametrize("number", [1, 2])
        def test_page(number): ...

        def test_other(): ...
    """)
    return lambda: pytester.runpytest_subprocess("-p", "tests.plugins.needs", "--strict-markers")


def test_a_missing_component_is_named_at_the_end_with_how_to_get_it(run, monkeypatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    result = run()
    result.assert_outcomes(passed=1, skipped=2)
    assert "node is missing: 2 tests not run; get it with: apt-get install nodejs" in result.outlines[-3:]


def test_a_missing_component_is_a_failure_under_ci(run, monkeypatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = run()
    result.assert_outcomes(passed=1, errors=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["node is missing: 2 tests not run; get it with: apt-get install nodejs"])
