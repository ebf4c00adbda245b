"""Insolvency proceedings against a customer: opened, published, converted, closed for want of assets."""


def fail(world):
    """Tell how Nuit Blanche went from a receivership to a liquidation without assets."""
    env = world.as_user("marc")
    proceedings = env["recovery.insolvency"]._open_for(
        world.debtor("nuit", env), "receivership", world.day(110), world.day(0), judge="Mme Sabatier"
    )
    proceedings._add_step("converted", world.day(70), world.day(0), "liquidation")
    proceedings._add_step("closed", world.day(15), world.day(0), "no_assets")
    proceedings.write({"published_on": world.day(103), "announcement": "A202600814412"})
