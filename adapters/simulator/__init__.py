"""Simulated department systems: they remember what they did and misbehave on request.

For scenario tests, the demonstration and chaos runs; a department's own test system replaces it
by configuration alone. It plays a foreign system, so it has its own clock.
"""
