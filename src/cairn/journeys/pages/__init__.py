"""Pages of journeys: my path, goals with their plans, stacks and how far I am in them."""
