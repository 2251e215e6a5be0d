"""The second engine: SpiffWorkflow runs the flow of a process, behind the same `advance`.

What belongs here: everything that knows SpiffWorkflow. It is given the skeleton of a process only:
nodes, flows and events as numbers. Data, expressions, timers, messages and work for people and
departments stay ours, so that the two engines differ in how they move tokens and in nothing else.
"""

from engine.spiff.portability import unsupported
from engine.spiff.runtime import SPIFFWORKFLOW

__all__ = ["SPIFFWORKFLOW", "unsupported"]
