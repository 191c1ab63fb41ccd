"""What exists for a planner: norms, the scenario, the plan. No files, no solver, no maps."""
