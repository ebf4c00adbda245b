"""What the module brought with it: found again in its files, brought back as it was."""

from lxml import etree

from odoo import SUPERUSER_ID, api, models
from odoo.modules import Manifest
from odoo.tools import file_open, ormcache
from odoo.tools.convert import xml_import
from odoo.tools.translate import TranslationImporter, get_po_paths

OURS = "debt_recovery"


class RecoveryShipped(models.AbstractModel):
    """The data files of the module and of its bridges: what each record was when it came, in every language.

    ``tests/common/test_core_frontiers.py`` says when Odoo reads data files in another way.
    """

    _name = "recovery.shipped"
    _description = "Recovery: records supplied with the module"

    @api.model
    def _find_xmlids(self, records):
        """Return ``{id: external id}`` of those records that came with the module or a bridge."""
        if not records.ids:
            return {}
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [("model", "=", records._name), ("res_id", "in", records.ids), ("module", "=like", f"{OURS}%")],
                ["res_id", "module", "name"],
                order="id desc",
            )
        )
        return {row.res_id: f"{row.module}.{row.name}" for row in rows if f"{row.module}.{row.name}" in self._locate()}

    @api.model
    @ormcache()
    def _locate(self):
        """Return ``{external id: (file, model)}`` of the settings that the data files hold, read once."""
        traced, found = self.pool["recovery.traced.settings"], {}
        for module in self._get_modules():
            for name in Manifest.for_addon(module)["data"]:
                if not name.startswith("data/"):
                    continue
                path = f"{module}/{name}"
                for element in self._read_file(path).iter("record"):
                    model = element.get("model")
                    if element.get("id") and model in self.env and issubclass(self.pool[model], traced):
                        found[f"{module}.{element.get('id')}"] = (path, model)
        return found

    @api.model
    def _get_modules(self):
        installed = (
            self.env["ir.module.module"]
            .sudo()
            .search([("name", "=like", f"{OURS}%"), ("state", "in", ("installed", "to upgrade"))], order="name")
        )
        return installed.mapped("name")

    @api.model
    def _read_file(self, path):
        with file_open(path, "rb") as file:
            return etree.parse(file, etree.XMLParser(remove_comments=True)).getroot()

    @api.model
    def _bring_back(self, xmlids):
        """Give what came under these external ids the values that it came with; make it again where it is gone."""
        located = self._locate()
        env = self.env(user=SUPERUSER_ID, su=True)
        by_file = {}
        for xmlid in xmlids:
            by_file.setdefault(located[xmlid][0], []).append(xmlid)
        for path, wanted in by_file.items():
            module = path.partition("/")[0]
            root = self._read_file(path)
            names = {xmlid.partition(".")[2] for xmlid in wanted}
            elements = [element for element in root.iter("record") if element.get("id") in names]
            for element in elements:
                self._clear(env, module, element)
            data = etree.Element("odoo", noupdate="1")
            data.extend(elements)
            xml_import(env, module, {}, "init", noupdate=True, xml_filename=path).parse(data)
        self._translate_again(xmlids)
        self.env.invalidate_all()

    @api.model
    def _clear(self, env, module, element):
        """Take out of a record the lines that the file gives it again, and what people typed where it gives nothing."""
        record = env.ref(f"{module}.{element.get('id')}", raise_if_not_found=False)
        if not record:
            return
        given = {field.get("name") for field in element.iterchildren("field")}
        for name in given & record._fields.keys():
            if record._fields[name].type == "one2many":
                record.with_context(active_test=False)[name].unlink()
        left = [
            name
            for name in record._get_carried_fields()
            if name not in given and not record._fields[name].required and not record._fields[name].compute
        ]
        defaults = record.default_get(left)
        record.write({name: defaults.get(name, False) for name in left})

    @api.model
    def _translate_again(self, xmlids):
        """Read the shipped translations of these records again, over what people wrote."""
        self.env.flush_all()
        importer = TranslationImporter(self.env.cr, verbose=False)
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for module in {xmlid.partition(".")[0] for xmlid in xmlids}:
            for lang in langs:
                for path in get_po_paths(module, lang):
                    importer.load_file(path, lang, xmlids=set(xmlids))
        importer.save(overwrite=True, force_overwrite=True)

    @api.model
    def _find_missing(self):
        """Return the external ids of the settings that came with the module and are gone."""
        located = self._locate()
        rows = (
            self.env["ir.model.data"].sudo().search_fetch([("module", "in", self._get_modules())], ["module", "name"])
        )
        kept = {f"{row.module}.{row.name}" for row in rows}
        return [xmlid for xmlid in located if xmlid not in kept]

    @api.model
    def _find_lines(self, xmlids):
        """Return the external ids of the lines of these settings that came with the module, kept or gone."""
        lines = self._locate_lines()
        return [line for xmlid in xmlids for line in lines.get(xmlid, ())]

    @api.model
    @ormcache()
    def _locate_lines(self):
        """Return the external ids of what the data files make go with each record, by its own, read once."""
        located, lines = self._locate(), {}
        for path in dict.fromkeys(path for path, _model in located.values()):
            module = path.partition("/")[0]
            for element in self._read_file(path).iterfind(".//record[@id]"):
                xmlid = f"{module}.{element.get('id')}"
                fields = self.env[located[xmlid][1]]._fields if xmlid in located else {}
                for given in element.iterfind("field[@ref]"):
                    if getattr(fields.get(given.get("name")), "ondelete", None) == "cascade":
                        owner = given.get("ref") if "." in given.get("ref") else f"{module}.{given.get('ref')}"
                        lines.setdefault(owner, []).append(xmlid)
        return lines
