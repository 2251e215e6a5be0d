"""The main job as a user starts it: one command, from nothing to ten closed cases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.postgres import new_data_directory

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 280


@pytest.mark.timeout(LONGEST_SECONDS + 20)
def test_ten_street_cases_are_driven_to_their_closed_loop() -> None:
    home = new_data_directory().parent / "main-job"
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("YISHI_", "PREFECT_")) and k != "DATABASE_URL"
    }

    done = subprocess.run(
        [sys.executable, "cli.py", "demo", "--once", "--fast"],
        cwd=ROOT,
        env={**kept, "YISHI_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("结案") >= 10
    for figure in ("按期处置 / 应处置 = 8/9", "返工 / 应结案 = 1/9", "超期处置 / 应处置 = 1/9"):
        assert figure in done.stdout
    for rung in ("handler", "subdistrict", "district"):
        assert f" {rung} Completed" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
