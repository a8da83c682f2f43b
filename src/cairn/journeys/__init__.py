"""Goals, plans and progress through stacks; awards larger credentials when a stack completes."""
