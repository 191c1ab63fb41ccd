"""Tests of the tests: small faults put into a room's code one at a time; each must fail a test that runs its line.

``sites`` says where a fault can be and what it looks like, ``covered`` which tests run which line, ``trial`` puts one
in and asks those tests, ``__main__`` draws a sample and writes ``benchmarks/mutants.md``.
"""
