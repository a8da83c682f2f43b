"""The pages of this room: learning, the assessor's desk, sessions."""
