"""The linear program: index, variables, rules, stages, solution. The only room that knows a solver."""
