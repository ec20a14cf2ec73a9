"""Generations that a job of Flink's feeds: made, compared with another one, and swapped in."""
