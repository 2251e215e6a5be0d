"""`python -m tests.flows.serve_on_files DIRECTORY SECONDS`: the real serving process on a desk of files."""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from engine.telemetry import log_to_stderr
from flows.serving import serve
from tests.flows.desk_of_files import open_desk_of_files

if __name__ == "__main__":
    log_to_stderr()
    serve(partial(open_desk_of_files, Path(sys.argv[1])), every=timedelta(seconds=float(sys.argv[2])))
