"""The token interpreter: `advance` takes a process instance from one wait state to the next.

Pure: no clock, no SQL, no network. Source: BPMN 2.0.2, chapter 13.
"""

from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.interpreter import advance
from engine.bpmn.machine.run import DEFAULT_STEPS, Step

__all__ = ["DEFAULT_STEPS", "Step", "StepFailed", "advance"]
