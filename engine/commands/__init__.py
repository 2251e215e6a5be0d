"""What may change: one module per noun, each command with its rules.

Belongs here: checking an order against the rules of `engine.model`, driving the process, saying what
is to be written. Does not: SQL texts (engine/store/sql), looking (engine/views), faces.
"""
