"""Department systems over HTTP: contracts, the calls themselves, and simulated departments.

Sees only `engine.ports`, `engine.errors`, `engine.findings` and `engine.settings`. Nothing here
knows about cases, the database or retries over time: one call in, one outcome out.
"""
