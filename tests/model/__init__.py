"""The rules in plain Python: naive, slow and obviously right. Shares no code with the product."""
