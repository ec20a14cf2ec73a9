"""What happens is told at once: a WebSocket and a stream of events for a teacher at a school.

The change feed says which rows a commit has changed, and each connection reads the own ones anew,
as its teacher: nothing is told that the lists would not show, and rights end with the next read.
"""
