"""The order of a subject's events: the rule, what it keeps back, and what comes of that later."""
