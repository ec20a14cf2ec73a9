"""Builds generations from the log beside live traffic, compares them, and swaps them in.

``rebuild`` goes through the phases: ``preparing``, ``loading`` (``replaying`` writes what is read,
and ``as_of`` leaves out what is later), ``deriving``, ``comparing``, ``swapping``. ``record`` keeps
how far it is. ``automatic`` rebuilds within a worker, ``dry_run`` estimates, ``rollback`` swaps
back.
"""
