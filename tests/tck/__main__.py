"""The compatibility kit, suite by suite, and why tests fail:

python -m tests.tck [FOLDER or a part of a suite's name] ...
python -m tests.tck --write-misses
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.dmn.testing import Counts, counted, summarise
from engine.dmn.testing.comparing import shown
from tests.tck.kit import JAVA, MISSES, PLACE, Played, missed, play, suite_files, suite_name


def main(arguments: list[str]) -> int:
    if "--write-misses" in arguments:
        return _write_misses()
    places = [Path(each) for each in arguments if Path(each).is_dir()] or [PLACE]
    parts = [each for each in arguments if not Path(each).is_dir()]
    files = [file for place in places for file in suite_files(place)]
    files = [file for file in files if not parts or any(part in suite_name(file) for part in parts)]
    if not files:
        sys.stderr.write(f"Expected the compatibility kit in {PLACE}, but there are no test files.\n")
        return 2
    played = [play(file) for file in files]
    for each in played:
        _tell(each)
    summary = summarise((each.suite, each.outcomes) for each in played)
    sys.stdout.write("\n")
    for level, counts in sorted(summary.levels.items()):
        sys.stdout.write(f"level {level or '-'}: {_counts(counts)}\n")
    sys.stdout.write(f"all:     {_counts(summary.total)}\n")
    return 0 if summary.total.failed == 0 else 1


def _write_misses() -> int:
    """Known misses as they are now: for the way to none, not for hiding what broke."""
    found = {miss for file in suite_files() if suite_name(file) != JAVA for miss in missed(play(file))}
    MISSES.write_text("".join(f"{suite} {id_}\n" for suite, id_ in sorted(found)), "utf-8")
    sys.stdout.write(f"{len(found)} known misses\n")
    return 0


def _tell(played: Played) -> None:
    sys.stdout.write(f"{played.name}: {_counts(counted(played.outcomes))}\n")
    for finding in played.findings:
        if finding.is_error:
            sys.stdout.write(f"    ! {finding.file}:{finding.line} {finding.rule}: {finding.en}\n")
    for outcome in played.outcomes:
        if outcome.passed:
            continue
        test = outcome.test
        expected = "an error" if test.expects_error else shown(test.expected)
        sys.stdout.write(f"  - {test.id} {test.invocable}: {test.name}\n      {outcome.difference}\n")
        sys.stdout.write(f"      expected {expected}, got {shown(outcome.got)}\n")
        for diagnostic in outcome.diagnostics[:3]:
            sys.stdout.write(f"      {diagnostic.decision_id} {diagnostic.place}: {diagnostic.message}\n")


def _counts(counts: Counts) -> str:
    return (
        f"{counts.passed}/{counts.all} pass, {counts.expecting_value_passed}/{counts.expecting_value}"
        f" of those expecting a value, {counts.inexact} inexactly"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
