"""The loop that consumes for one generation, and the worker that runs one for each."""
