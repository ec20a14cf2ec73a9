"""A year of student life, made up around real students of the data set.

What the Open University data set does not know (missions, habits, goals, portfolios, …) is made
here: seeded, so that one end of the year always gives the same year, and counted from that end, so
that streaks, deadlines and the last seven days are alive on the day it ends.
"""
