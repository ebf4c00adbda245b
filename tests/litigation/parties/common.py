from ...common import RecoveryCommon
from ...english import InEnglish


class CourtsCommon(InEnglish, RecoveryCommon):
    """A small directory of courts around Lyon, Paris, Metz and Brest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tae_lyon = cls.make_court("Tribunal des activités économiques de Lyon", "tae")
        cls.tj_lyon = cls.make_court("Tribunal judiciaire de Lyon", "judiciaire")
        cls.local = cls.make_court("Tribunal de proximité de Villeurbanne", "proximite")
        cls.ta_lyon = cls.make_court("Tribunal administratif de Lyon", "administratif")
        cls.metz = cls.make_court("Chambre commerciale du tribunal judiciaire de Metz", "chambre_commerciale_alsace")
        cls.tc_brest = cls.make_court("Tribunal de commerce de Brest", "commerce")
        cls.tj_brest = cls.make_court("Tribunal judiciaire de Brest", "judiciaire")
        for court, kind, name, insee, postcode in (
            (cls.tae_lyon, "commerce", "Lyon", "69123", "69001"),
            (cls.tj_lyon, "judiciaire", "Lyon", "69123", "69001"),
            (cls.ta_lyon, "administratif", "Lyon", "69123", "69001"),
            (cls.tj_lyon, "judiciaire", "Villeurbanne", "69266", "69100"),
            (cls.local, "proximite", "Villeurbanne", "69266", "69100"),
            (cls.metz, "commerce", "Metz", "57463", "57000"),
            (cls.tc_brest, "commerce", "Brest", "29019", "29200"),
            (cls.tj_brest, "judiciaire", "Brest", "29019", "29200"),
        ):
            cls.make_area(court, kind, name, insee, postcode)

    @classmethod
    def make_court(cls, name, kind):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "recovery_party_kind": "court", "recovery_court_kind": kind}
        )

    @classmethod
    def make_area(cls, court, kind, name, insee=False, postcode=False):
        return cls.env["recovery.court.area"].create(
            {"name": name, "insee_code": insee, "zip": postcode, "court_kind": kind, "court_id": court.id}
        )
