"""The gate's part on engines: a process goes only to one that runs all of it right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.bpmn.model import Definitions, Process
from engine.findings import Finding, Severity
from engine.model.scenario import RuntimeName, Scenario
from engine.model.scenario_package import SCENARIO_FILE
from engine.spiff.portability import unsupported

UNKNOWN_PROCESS = "runtime-of-unknown-process"
OTHER_ENGINE = "runtime-of-called-process"
RULE_IDS = (UNKNOWN_PROCESS, OTHER_ENGINE)


def check_runtimes(
    files: Mapping[str, Definitions], scenario: Scenario, *, deployed: Mapping[str, str]
) -> list[Finding]:
    """`files`, without errors, is by path; `deployed` process key -> the engine of its newest version."""
    own = {
        process.id: scenario.runtime_of(process.id)
        for definitions in files.values()
        for process in definitions.processes
    }
    findings = [_unknown(key) for key in scenario.runtimes if key not in own]
    for path, definitions in files.items():
        for process in definitions.processes:
            if own[process.id] is RuntimeName.SPIFFWORKFLOW:
                findings += (replace(found, file=path) for found in unsupported(definitions, process))
            findings += _called(process, {**deployed, **own}, file=path)
    return findings


def _unknown(key: str) -> Finding:
    return Finding(
        UNKNOWN_PROCESS,
        Severity.ERROR,
        key,
        None,
        f"[processes.{key}] 指的流程不在这个场景包里",
        f"Expected a process of this package, but [processes.{key}] names none",
        "请检查流程的标识",
        "Check the process's id",
        file=SCENARIO_FILE,
    )


def _called(process: Process, runtimes: Mapping[str, str], *, file: str) -> Iterator[Finding]:
    """A call lives in its caller's state, which one engine writes. Computed names are looked up when
    the call is made: a version for another engine is then as good as none."""
    mine = runtimes[process.id]
    for node, _ in process.walk():
        called = node.called_element
        if called is None or called.startswith("=") or runtimes.get(called, mine) == mine:
            continue
        yield Finding(
            OTHER_ENGINE,
            Severity.ERROR,
            node.id,
            node.line,
            f"流程 {process.id} 用 {mine} 运行，它调用的 {called} 用 {runtimes[called]}",
            f"Expected one engine for a process and those it calls, but {process.id} runs on {mine}"
            f" and {called} on {runtimes[called]}",
            "请让两者用同一个引擎（scenario.toml 的 [processes.…] runtime）",
            "Name the same engine for both ([processes.…] runtime in scenario.toml)",
            file=file,
        )
