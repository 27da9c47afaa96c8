"""One pass of the feed by hand, as a process that can be killed: `duecourse feed run`."""

import sys

from starter.cli import main

if __name__ == "__main__":
    sys.argv = ["duecourse", "feed", "run"]
    main()
