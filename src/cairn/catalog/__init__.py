"""What can be earned: providers, definitions with immutable versions, offers, outcomes; import, search and compare."""
