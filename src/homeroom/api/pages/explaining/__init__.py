"""What numbers of pages are made of: who may see it, where it stands, and the pages that say it."""
