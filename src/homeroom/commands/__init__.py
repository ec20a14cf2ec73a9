"""The write side: commands, their outbox, and the relay that publishes their events.

A command writes its own tables and its events (rows of the outbox) in one transaction. The relay,
inside a worker, publishes the rows and marks them as published. So the events of a command that was
answered are published, whatever fails; a command that failed leaves nothing behind.
"""
