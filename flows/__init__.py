"""Prefect's room: escalations that operators see and search, and the server they are kept in.

The truth is in PostgreSQL; a flow only asks "what is due?" and sends one command per rung through
the engine's door. Wiping Prefect's book loses nothing. `server`, `runs`, `environment` and `desk`
do not import Prefect, so a terminal command that uses them stays fast.
"""
