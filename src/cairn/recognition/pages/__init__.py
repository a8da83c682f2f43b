"""Pages of recognition: a learner's requests, the desk, one request, agreements, degree plans."""
