"""State of supply: what exists today by municipality, service, provider and funding, from the register alone.

``figures`` counts, ``paper`` makes a document of the figures, ``workbook`` sheets. What a register does not say is said
to be not given, beside how many rows it is; it is never 0.
"""
