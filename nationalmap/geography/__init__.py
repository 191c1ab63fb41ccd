"""Where things lie: schematic boundaries from settlement points, and journeys between seats."""
