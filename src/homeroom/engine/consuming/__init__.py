"""The loop that polls, and the worker that runs one for each generation."""
