import base64

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .recovery_window import once
from .roles import require_user
from .tables import NotReadable, find_positions, read_table


class RecoveryTableImport(models.AbstractModel):
    """Read a table that somebody chose, do with each row what may be done, and list the others with their reason.

    What imports one says which columns it knows and needs, and does its work in :meth:`_import`: files are read, rows
    fail alone and results are told in one way.
    """

    _name = "recovery.table.import"
    _description = "Recovery: import of a table"
    _inherit = ["recovery.window"]

    _known_columns = {}  # name of a column: the titles that it may have, in lower case
    _needed = ()  # names of the columns without which nothing is understood
    _max_rows = 20_000
    _max_problems = None  # how many rows are named of those that were not understood; None names all

    file = fields.Binary("File (csv or xlsx)", attachment=False)
    filename = fields.Char()
    state = fields.Selection([("draft", "To import"), ("done", "Imported")], default="draft", readonly=True)
    result = fields.Text(readonly=True)

    @once
    def action_import(self):
        """Import the table, and show what came of it."""
        self.ensure_one()
        self._check_may_import()
        told, problems = self._import()
        self.write({"result": "\n".join([*told, *self._say_problems(problems)]), "state": "done"})
        return self._get_dialog(self.env["ir.model"]._get(self._name).name)

    def _check_may_import(self):
        """Refuse whoever may not import this: a hook."""
        require_user(self.env)
        if "company_id" in self._fields:
            self.company_id._recovery_check_open()

    def _import(self):
        """Import the table; return ``(lines that say what came of it, problems)``: what each import does.

        :rtype: tuple[list[str], list[tuple[list[int], str | Exception]]]
        """
        raise NotImplementedError

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------
    def _read_table(self):
        """Return the rows of the file, the titles first."""
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            table = read_table(base64.b64decode(self.file))
        except Exception as error:  # any kind of file may be chosen
            raise UserError(self.env._("This file cannot be read as csv or xlsx: %s", error)) from error
        if len(table) > self._max_rows:
            raise UserError(self.env._("Too many rows: import at most %s at a time.", self._max_rows))
        if not table:
            raise UserError(self.env._("This file is empty."))
        return table

    def _read_rows(self):
        """Return ``[(row number, {name of a column: cell})]``, empty rows left out."""
        table = self._read_table()
        positions = find_positions(table[0], self._known_columns)
        self._check_columns([name for name, position in positions.items() if position is not None])
        return [
            (
                number,
                {
                    name: cells[position] if position is not None and position < len(cells) else None
                    for name, position in positions.items()
                },
            )
            for number, cells in enumerate(table[1:], 2)
            if any(cell not in (None, "") for cell in cells)
        ]

    def _read_titles(self):
        """Return ``{name of a column: its title in the file}``: problems are told in the words of who wrote it."""
        first = self._read_table()[0]
        positions = find_positions(first, self._known_columns)
        return {name: str(first[position]).strip() for name, position in positions.items() if position is not None}

    def _check_columns(self, found):
        """Refuse a table that lacks a column which is needed; hook."""
        missing = [" / ".join(self._known_columns[name][:2]) for name in self._needed if name not in found]
        if missing:
            raise UserError(self.env._("The file needs these columns: %s.", ", ".join(missing)))

    # ------------------------------------------------------------
    # Working and telling
    # ------------------------------------------------------------
    def _do_each(self, groups, work):
        """Do some work with each group of rows alone; return ``(what came of it, problems)``.

        :param groups: pairs of row numbers and of what the work takes.
        :param work: what it cannot do it refuses with a UserError or a ValueError.
        """
        done, problems = [], []
        for numbers, rows in groups:
            try:
                with self.env.cr.savepoint():
                    done.append(work(rows))
            except AccessError:
                raise
            except NotReadable as error:
                problems.append((numbers, self.env._("“%s” is neither a number nor a date", error.args[0])))
            except (UserError, ValueError) as error:
                problems.append((numbers, error))
        return done, problems

    def _say_problems(self, problems):
        """Return a line per problem, in the order of the file."""
        ordered = sorted(problems, key=lambda problem: problem[0])
        for numbers, problem in ordered[: self._max_problems]:
            rows = ", ".join(map(str, numbers))
            yield self.env._("Row %(row)s: %(problem)s", row=rows, problem=problem)
        if self._max_problems and len(ordered) > self._max_problems:
            yield self.env._("Further rows with a problem: %s.", len(ordered) - self._max_problems)
