"""What other institutions' awards count for here: agreements, requests for recognition, and what came of them."""
