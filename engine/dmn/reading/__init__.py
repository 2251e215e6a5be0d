"""Bytes of a DMN file -> `model.Definitions` and everything that is wrong with the drawing.

What belongs here: XML, versions of the standard, what a file says. What does not: FEEL (nothing is
parsed or compiled here), types (a `typeRef` stays a text), files that are imported.
A file with findings is read all the same, and then holds what the model promises: every rule is as
wide as its table, which has an output; no piece of FEEL is blank (what is missing reads `null`, an
empty cell `-`); no requirement points to nothing in this file.
"""

from __future__ import annotations

from engine.dmn.reading.definitions import read_definitions

__all__ = ["read_definitions"]
