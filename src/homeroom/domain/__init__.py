"""What a school means by its words, as far as it depends on the moment: days, streaks, tiers."""
