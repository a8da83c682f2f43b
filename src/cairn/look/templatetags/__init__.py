"""Template tags and filters of the house's look."""
