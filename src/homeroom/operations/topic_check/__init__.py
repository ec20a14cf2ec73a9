"""Tells publishers what the events of a topic would do; needs no database."""
