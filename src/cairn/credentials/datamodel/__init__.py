"""The rules of the data models: what must be there, in which form, and what fits together."""
