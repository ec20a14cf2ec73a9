"""Bytes into events or dead letters."""
