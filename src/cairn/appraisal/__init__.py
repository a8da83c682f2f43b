"""What a credential is worth: completeness, credibility, return and side-by-side comparison, as intervals with their evidence."""
