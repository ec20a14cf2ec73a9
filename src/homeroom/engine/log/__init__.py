"""Records of the log: what they are, and how stretches of it are read."""
