"""Run all tests; whatever follows is handed to pytest. Says what it skipped and why."""

import os
import sys

from _environment import ROOT, enter


def main() -> int:
    """pytest's exit status."""
    enter()
    import pytest

    os.chdir(ROOT)
    return pytest.main(["-rs", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
