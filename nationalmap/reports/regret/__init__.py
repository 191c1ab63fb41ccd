"""Decisions that are equal in all plans: table, sentences and the map of them."""
