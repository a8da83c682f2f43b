"""European digital credentials for learning (European Learning Model 3)."""
