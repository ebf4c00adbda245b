"""Steps of the doubtful receivables that are timed: lives of claims, beside a slow pencil."""

CLAIMS = 200


def play_lives(env, company, seed):
    """Return how many figures of 200 claims over three closings differ from what a pencil says."""
    # found once Odoo has read its paths
    from odoo.addons.debt_recovery.tests.litigation.doubtful.lives import Lives

    return len(Lives(env, company, CLAIMS, seed).play())
