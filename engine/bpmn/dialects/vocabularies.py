"""Every namespace of another tool that is understood."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.dialects.camunda import CAMUNDA
from engine.bpmn.dialects.construct import Dialect
from engine.bpmn.dialects.flowable import DESIGN, FLOWABLE
from engine.bpmn.dialects.spiffworkflow import SPIFFWORKFLOW
from engine.bpmn.dialects.zeebe import MODELER, ZEEBE

ALL: tuple[Dialect, ...] = (ZEEBE, MODELER, CAMUNDA, FLOWABLE, DESIGN, SPIFFWORKFLOW)
DIALECTS: Mapping[str, Dialect] = {namespace: dialect for dialect in ALL for namespace in dialect.prefixes}
"""By namespace."""
