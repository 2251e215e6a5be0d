"""The parts of `engine.bpmn.compiler`: each turns one part of the model into one of the program."""
