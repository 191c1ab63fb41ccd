"""``python -m nationalmap`` is the command ``nationalmap``."""

from nationalmap.cli import main

main()
