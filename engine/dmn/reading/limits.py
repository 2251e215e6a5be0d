"""How large a drawing may be. `hardened_xml` bounds the file; these say it in words of the drawing."""

from __future__ import annotations

MAX_BOXED_NESTING = 60
"""Boxed expressions inside one another."""
MAX_DECISIONS = 2_000
MAX_RULES = 10_000
"""Of one table."""
MAX_COLUMNS = 200
"""Inputs and outputs of one table, or columns of one relation."""
MAX_FINDINGS = 500
"""Errors of one file, and as many warnings: nobody mends more in one go."""
MAX_SHOWN_NAME_CHARACTERS = 80
"""Of a name inside a finding: a hostile file must not make a report of megabytes."""
