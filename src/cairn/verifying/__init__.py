"""The public verifier, known issuers, employers' role profiles and batch checks."""
