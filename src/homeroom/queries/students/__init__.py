"""What a student's answers say, judged from what was read: days, tiers, actions, bodies."""
