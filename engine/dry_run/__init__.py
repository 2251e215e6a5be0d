"""Dry runs: a model in memory with a virtual clock, and scenario tests on top of them.

What belongs here: answers, messages and time as a file or a command line tells them, the trace, and
what a test expects. What does not: the database, departments, people; nothing here outlives the call.
"""

from __future__ import annotations

from engine.dry_run.answers import Answers, read_answers
from engine.dry_run.documents import read_document
from engine.dry_run.engines import ENGINES, Machine, engine_named
from engine.dry_run.fields import instant_from, variables_from
from engine.dry_run.portability import Portability, compare, lacking
from engine.dry_run.rehearsal import Rehearsal, rehearse
from engine.dry_run.result import Result, Variables, facts_of
from engine.dry_run.scenario_test import ScenarioTest, read_tests
from engine.dry_run.script import Script, Sent, SentKind, read_script, read_sent, until_from
from engine.dry_run.shelf import Shelf, stock
from engine.dry_run.verdict import Verdict, judge

__all__ = [
    "ENGINES",
    "Answers",
    "Machine",
    "Portability",
    "Rehearsal",
    "Result",
    "ScenarioTest",
    "Script",
    "Sent",
    "SentKind",
    "Shelf",
    "Variables",
    "Verdict",
    "compare",
    "engine_named",
    "facts_of",
    "instant_from",
    "judge",
    "lacking",
    "read_answers",
    "read_document",
    "read_script",
    "read_sent",
    "read_tests",
    "rehearse",
    "stock",
    "until_from",
    "variables_from",
]
