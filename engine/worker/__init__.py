"""What goes on by itself: department calls, timers, messages.

Workers are stateless and any number may run against one database; a killed one loses nothing,
its leases run out and others go on.
"""
