"""A day of a district in two minutes: ten street cases from their report to their closed loop."""
