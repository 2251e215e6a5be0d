"""Syntax tree to closures: names resolved, operators specialised, once, before the first evaluation."""
