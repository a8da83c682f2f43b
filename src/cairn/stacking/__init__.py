"""Requirement trees over awards: what does what I hold add up to? Pure and exact."""
