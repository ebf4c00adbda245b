from odoo.tests import BaseCase, tagged

from ....models.litigation.parties.commune import Commune, get_department, normalize
from ....models.litigation.parties.directory import get_kind, has_columns, read_rows


@tagged("post_install", "-at_install")
class TestCommunes(BaseCase):
    """Names of communes are compared as people write them, and files are read as the ministry publishes them."""

    def test_ways_to_write_a_commune_come_to_one(self):
        for names in (
            ("Saint-Étienne", "St Etienne", "SAINT ETIENNE", "saint-etienne cedex 2"),
            ("Paris", "PARIS 8E ARRONDISSEMENT", "Paris 08", "Paris Cedex 08", "Paris 1er"),
            ("Lyon", "Lyon 3ème", "LYON 3E", "Lyon 03"),
            ("L'Haÿ-les-Roses", "L HAY LES ROSES"),
            ("Œuilly", "OEUILLY"),
        ):
            with self.subTest(names=names):
                self.assertEqual(len(set(map(normalize, names))), 1, [*map(normalize, names)])
        self.assertNotEqual(normalize("Saint-Denis"), normalize("Saint-Ouen"))
        self.assertEqual(normalize(None), "")

    def test_departments_overseas_have_three_digits(self):
        self.assertEqual([*map(get_department, ("69001", "2A004", "97411", "", None))], ["69", "2A", "974", "", ""])

    def test_two_addresses_are_in_one_commune_by_name_and_department(self):
        lyon = Commune("Lyon", "69003")
        self.assertTrue(lyon.is_same(Commune("LYON 6e", "69006")))
        self.assertFalse(lyon.is_same(Commune("Saint-Denis", "93200")))
        self.assertFalse(Commune("Saint-Denis", "93200").is_same(Commune("Saint-Denis", "97400")))
        self.assertFalse(Commune("A", "", "01001").is_same(Commune("A", "", "01002")), "the code settles it")

    def test_a_column_per_kind_gives_a_row_per_court(self):
        table = [
            ["Commune", "Code INSEE", "Tribunal de commerce", "TJ", "Chambre de proximité"],
            ["Bourg-en-Bresse", 1053, "TC de Bourg-en-Bresse", "TJ de Bourg-en-Bresse", ""],
            ["", "", "", "", ""],
            ["Lyon", "69123", "Tribunal des activités économiques de Lyon", "TJ de Lyon", "Villeurbanne"],
        ]
        self.assertTrue(has_columns(table[0]))
        rows = [(number, row.kind, row.insee, row.court) for number, row in read_rows(table)]
        self.assertEqual(
            rows,
            [
                (2, "commerce", "01053", "TC de Bourg-en-Bresse"),
                (2, "judiciaire", "01053", "TJ de Bourg-en-Bresse"),
                (4, "tae", "69123", "Tribunal des activités économiques de Lyon"),
                (4, "judiciaire", "69123", "TJ de Lyon"),
                (4, "proximite", "69123", "Villeurbanne"),
            ],
        )

    def test_a_row_per_court_names_its_kind(self):
        table = [
            ["commune", "type", "juridiction", "code postal"],
            ["Metz", "TC", "Chambre commerciale du TJ de Metz", "57000"],
            ["Ambérieu", "tribunal judiciaire", "TJ de Bourg", 1500],
            ["Nancy", "n'existe pas", "TC de Nancy", "54000"],
            ["", "TC", "TC de Nancy", "54000"],
        ]
        rows = list(read_rows(table))
        self.assertEqual(
            [row and (row.kind, row.zip) for _number, row in rows[:2]],
            [
                ("chambre_commerciale_alsace", "57000"),
                ("judiciaire", "01500"),
            ],
        )
        self.assertEqual([(number, row) for number, row in rows[2:]], [(4, None), (5, None)])

    def test_what_is_no_directory_is_told(self):
        for titles in (["a", "b"], ["commune"], ["commune", "type"], ["type", "juridiction"]):
            self.assertFalse(has_columns(titles), titles)

    def test_the_name_of_a_court_tells_more_than_the_column(self):
        self.assertEqual(get_kind("commerce", "Tribunal des Activités Économiques de Paris"), "tae")
        self.assertEqual(get_kind("TC", "TC de Lille"), "commerce")
        self.assertIsNone(get_kind("", "Cour d'assises"))
