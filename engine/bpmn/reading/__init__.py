"""The parts of `engine.bpmn.reader`: each turns one kind of XML element into a piece of the model.

Whatever a file holds ends in exactly one of three ways: it becomes part of the model, it is known
to be documentation, or it becomes a finding. `vocabulary` has the tables that say which.
"""
