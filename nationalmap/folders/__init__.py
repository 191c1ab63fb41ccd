"""Working folders: templates filled with what is known, one per municipality, and what comes back of them.

A working folder is a question that a planner can change without knowing the program: two
workbooks (figures of the region; catalogue and norms), a scenario and a README. It is planned
as any other folder is. Templates for the municipalities are collected into one register, one
table of proposals and one of agreements, with every contradiction named.
"""
