"""A program that falls into blocks: many small programs, held together by few rows (Dantzig and Wolfe 1960).

Money, equity and what earlier stages reached are shared by the whole country; everything else belongs to the services
of one region. So a stage is a conversation: the ``master`` program says what the shared rows are worth (prices), each
block answers with its best points at these prices, and the master mixes what it was offered.
"""
