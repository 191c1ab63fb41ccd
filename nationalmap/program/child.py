"""stub"""


def run_in_child(matrix, stages, team, progress):
    from nationalmap.program.stages import run_stages

    return list(run_stages(matrix, stages, team, progress))
