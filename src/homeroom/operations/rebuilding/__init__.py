"""Builds generations from the log beside live traffic, compares them, and swaps them in."""
