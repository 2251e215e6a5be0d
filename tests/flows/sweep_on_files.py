"""`python -m tests.flows.sweep_on_files DIRECTORY SPAN`: one sweep in this process, on a desk of files."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from flows.sweep import sweep_flow
from tests.flows.desk_of_files import open_desk_of_files

if __name__ == "__main__":
    sweep_flow(partial(open_desk_of_files, Path(sys.argv[1])))(span=float(sys.argv[2]))
