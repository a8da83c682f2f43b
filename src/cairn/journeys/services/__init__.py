"""Writing journeys: progress through stacks, goals, plans and what a person says they can do."""
