"""Data Integrity: proofs inside the document, one, several or in a chain; the suites that make and check them."""
