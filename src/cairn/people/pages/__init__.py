"""Pages of people: one's own account, and the organisations one acts for."""
