"""Studies: many questions that differ in one thing or in many, answered and set beside each other."""
