"""`make bench`: the benchmarks that need no file of the user's, one after the other."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = ("bench.demo", "bench.decisions")

if __name__ == "__main__":
    sys.exit(max(subprocess.run([sys.executable, "-m", name], check=False).returncode for name in BENCHMARKS))
