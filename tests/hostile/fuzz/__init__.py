"""Toyland's files changed at random, each by a seed that makes it again, and what has to come of it.

``forms`` writes a table in every format, ``mutants`` draws what is done, ``judge`` says whether the answer is right,
``child`` asks in a process with limits.
"""
