"""Why there is no plan: by arithmetic before the solve, by the rows that contradict each other, and what would mend it.

``obstacles`` compares what must be with what can be; ``smallest_conflict`` finds rows that cannot all hold;
``cheapest_relaxation`` lifts one demand at a time; ``impossible`` puts the three together.
"""
