"""Decodes records into events or dead letters."""
