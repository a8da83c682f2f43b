"""Enrolment, sessions and attendance, evidence, assessment against a rubric; ends in an award."""
