"""A real browser that looks at the pages, and what it is asked with."""
