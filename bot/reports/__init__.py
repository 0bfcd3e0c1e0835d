"""Satisfaction, questions and gaps for the staff."""
