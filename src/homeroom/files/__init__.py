"""Files of teachers: the store that keeps them, and the scanner that looks into them."""
