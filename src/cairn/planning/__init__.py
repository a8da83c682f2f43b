"""From where a person is to where they want to be: skills, gap and an exact search over offers."""
