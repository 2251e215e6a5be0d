"""The parts of `engine.bpmn.reader`: each turns one kind of XML element into a piece of the model.

Whatever a file holds ends in exactly one of three ways: it becomes part of the model, it is known
to be documentation, or it becomes a finding. `vocabulary` has the tables that say which, `refusals` the
reasons for what is refused wherever it stands. `declarations` finds in one pass what may be referred to;
then `nodes`, `roots` and `global_tasks` read the elements, with one module for each family below them.
"""
