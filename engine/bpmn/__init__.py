"""Processes: from an uploaded BPMN file to a run of it.

A file goes through `reader` (bytes to `model`), `rules` (the upload gate) and the compiler (model
to program); the machine runs programs. Nothing here knows the database, the network or the time.
"""
