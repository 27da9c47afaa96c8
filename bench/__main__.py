"""`python -m bench [PORTFOLIO]`: all benchmarks, one after the other; the import needs a portfolio (the UCI file)."""

from __future__ import annotations

import subprocess
import sys


def main(arguments: list[str]) -> int:
    """Run each benchmark as a process of its own; the worst exit code is the result."""
    importing = [["bench.importing", portfolio] for portfolio in arguments[:1]]
    commands = [["bench.decisions"], ["bench.gate"], ["bench.feed"], ["bench.intake"], ["bench.demo"], *importing]
    return max(subprocess.run([sys.executable, "-m", *command], check=False).returncode for command in commands)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
