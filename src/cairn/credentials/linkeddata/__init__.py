"""What the words of a document mean, and the canonical form of what it says: vocabularies, coverage, RDFC-1.0."""
