"""The only room that opens files: shipped data, tables, scenarios, boundaries."""
