"""The write side: commands, their outbox, and the relay that publishes what they said.

A command writes its own tables and its events' rows of the outbox in one transaction; the relay,
inside a worker, publishes the rows and marks them. So a command that was answered is published,
whatever breaks, and one that was not leaves nothing.
"""
