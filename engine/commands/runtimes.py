"""The engines that run cases. A definition is deployed for one of them, and its cases stay there."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.runtime import YISHI, Runtime
from engine.errors import NotFound
from engine.spiff.runtime import SPIFFWORKFLOW

_RUNTIMES: Mapping[str, Runtime] = {runtime.name: runtime for runtime in (YISHI, SPIFFWORKFLOW)}


def runtime_named(name: str) -> Runtime:
    runtime = _RUNTIMES.get(name)
    if runtime is None:
        raise NotFound(f"Expected an engine of {', '.join(_RUNTIMES)}, but the definition asks for {name!r}.")
    return runtime
