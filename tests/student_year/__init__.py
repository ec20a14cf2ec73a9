"""Invents a year of student life around real students of the data set, for the demo.

What the Open University data set does not know (missions, habits, goals, portfolios, …) is made
here, by dice with fixed seeds. All dates are relative to the end of the year, so that streaks,
deadlines and the last seven days are alive on whatever day the demo has it end.

``python -m tests.student_year`` writes the files that homeroom ships (``homeroom.local.demo.year``
reads them).
"""
