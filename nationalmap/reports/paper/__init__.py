"""A document as blocks, and its two writers: DOCX and PDF say the same because both write the same blocks.

``model`` knows no file format; every figure is turned into words there, once. ``word`` and ``pdf`` only set type.
"""
