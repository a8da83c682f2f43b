"""What the hostile files are made of: a small world of issuers, and one module for each kind of file."""
