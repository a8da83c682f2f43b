"""Words for templates of recognition."""
