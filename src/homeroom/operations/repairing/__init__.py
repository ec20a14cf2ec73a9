"""Puts rows right that differ, and records each."""
