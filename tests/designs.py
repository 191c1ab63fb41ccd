"""Parts of sweep designs that several tests draw from."""

#: The state's money, from a tenth less to a fifth more.
STATE_MONEY = """\
[[sampled.changes]]
what = "budget"
name = "state"
distribution = "triangular"
low = 0.9
mode = 1.0
high = 1.2
basis = "a test"
"""
