"""Put code, file names and registers through the renames of ``renames.json``.

Only identifiers change. In Python the tokenizer tells names from texts: a local ``run`` becomes ``campaign``, the
English word in a docstring or on a screen stays; what is translated (the first argument of ``_``, and the names of
its placeholders) is left alone. Elsewhere (XML, JavaScript, CSV, references of the .po) only what cannot be an
English word changes: names of models, and words with an underscore.
"""

import ast
import io
import json
import re
import tokenize
from pathlib import Path

FILE = Path(__file__).with_name("renames.json")
WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]*")
TEXT_SUFFIXES = {".py", ".xml", ".js", ".csv", ".scss", ".css", ".rst", ".po", ".pot", ".toml", ".html", ".md", ".cfg"}
#: Programs and notes about the old names themselves.
UNTOUCHED = ("tools/house/", "tools/devenv/", "tools/dev.py", "static/description/")


class Renames:
    """The rules, compiled."""

    def __init__(self, file=FILE):
        rules = json.loads(Path(file).read_text(encoding="utf-8"))
        self.dotted = [
            (re.compile(rf"(?<![A-Za-z0-9_]){re.escape(old)}(?![A-Za-z0-9_])"), new) for old, new in rules["dotted"]
        ]
        self.modules = dict(rules["modules"])
        self.words = dict(rules["words"])
        self.parts = [
            (re.compile(rf"(?<![a-z0-9]){''.join(more[:1])}{old}{''.join(more[1:])}(?![a-z0-9])"), new)
            for old, new, *more in rules["parts"]
        ]
        self.names = dict(rules["names"])
        self.owners = set(rules["owners"])
        self.values = dict(rules["values"])
        self.sentences = rules["sentences"]
        self.keep = set(rules["keep"])
        self.keep_names_in = rules["keep_names_in"]
        self.folders = dict(rules["folders"])
        self.cache = {}

    # ------------------------------------------------------------
    # Words
    # ------------------------------------------------------------
    def word(self, word):
        """Return an identifier under its new name."""
        if word not in self.cache:
            self.cache[word] = self._rename_word(word)
        return self.cache[word]

    def _rename_word(self, word):
        if word in self.keep:
            return word
        if word in self.modules:
            return self.modules[word]
        if word in self.words:
            return self.words[word]
        if "_" not in word.strip("_") or word.startswith(("test_", "door_")):
            return word
        for part, new in self.parts:
            word = part.sub(new, word)
        return word

    def text(self, text):
        """Return a text with its names of models and compound identifiers renamed."""
        for pattern, new in self.dotted:
            text = pattern.sub(new, text)
        return WORD.sub(lambda found: self.word(found[0]), text)

    def name(self, name, kept=()):
        """Return a name of Python under its new name."""
        return self.names.get(name, self.word(name)) if name not in kept else name

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------
    def path(self, path):
        """Return where a file stands under the new names."""
        *folders, name = Path(path).parts
        stem, dot, suffix = name.partition(".")
        if Path(path).suffix == ".py":
            stem = self.names.get(stem, stem) if stem not in ("run",) else stem
        return str(Path(*(self.folders.get(folder, folder) for folder in folders), self.word(stem) + dot + suffix))

    def file(self, path, source):
        """Return the content of a file under the new names."""
        suffix = Path(path).suffix
        if str(path).startswith(UNTOUCHED) or suffix not in TEXT_SUFFIXES:
            return source
        if suffix == ".py":
            return self.python(source, Path(path).name, is_tool=str(path).startswith("tools/"))
        if suffix in (".po", ".pot"):
            lines = source.splitlines(keepends=True)
            return "".join(self.text(line) if line.startswith("#") else line for line in lines)
        source = self.text(source)
        if suffix in (".xml", ".js"):
            for old, new in self.values.items():
                if old != "run":
                    source = re.sub(rf"(name=|openTab\()([\"']){old}\2", rf"\1\g<2>{new}\2", source)
        return source

    def python(self, source, filename="", is_tool=False):
        """Return Python under the new names."""
        kept = set(self.keep_names_in.get(filename, ()))
        source = self._keep_labels(source)
        said, placeholders = self._find_translated(source)
        lines = source.splitlines(keepends=True)
        changes = []
        before = (None, None)
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            new = token.string
            if token.type == tokenize.NAME and token.start not in placeholders:
                is_free = before[1] != "." or before[0] in self.owners or before[0] in ("from", ".")
                new = self.name(token.string, kept) if is_free else self.word(token.string)
            elif token.type == tokenize.STRING and token.start not in said:
                new = self._rename_literal(token.string, kept, is_tool)
            elif token.type == tokenize.COMMENT:
                new = self._rename_sentence(token.string)
            if new != token.string:
                changes.append((token.start, token.end, new))
            if token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT):
                before = (before[1], token.string)
        return _replace(lines, changes)

    def _keep_labels(self, source):
        """Write the label of a field that had none: Odoo made it of the name that goes."""
        lines, changes = source.splitlines(keepends=True), []
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                continue
            name, call = node.targets[0].id, node.value
            if not _is_unlabelled(call) or self.name(name) == name:
                continue
            row, end = call.end_lineno, _get_column(lines, call.end_lineno, call.end_col_offset) - 1
            before = "".join(lines[call.lineno - 1 : row - 1]) + lines[row - 1][:end]
            comma = "" if before.rstrip().endswith((",", "(")) else ", "
            label = re.sub(r"_ids?$", "", name).replace("_", " ").title()
            changes.append(((row, end), (row, end), f'{comma}string="{label}"'))
        return _replace(lines, sorted(changes))

    def _rename_sentence(self, text):
        for old, new in self.sentences:
            text = text.replace(old, new)
        return self.text(text)

    def _rename_literal(self, literal, kept=(), is_tool=False):
        found = re.fullmatch(r"([A-Za-z]*)(\"{3}|'{3}|\"|')(.*)\2", literal, re.DOTALL)
        prefix, quote, content = found.groups()
        if len(quote) == 3 or " " in content:
            content = self._rename_sentence(content)
        elif not is_tool and content in self.values and "b" not in prefix.lower():
            content = self.values[content]
        else:
            content = self._rename_sentence(content)
        if "f" in prefix.lower():
            content = re.sub(r"(?<!\{)\{([^{}]+)\}", lambda inside: self._rename_expression(inside, kept), content)
        return f"{prefix}{quote}{content}{quote}"

    def _rename_expression(self, inside, kept):
        def rename(found):
            return self.name(found[0], kept)

        expression = re.sub(r"(?<![\w.'\"])[A-Za-z_]\w*(?![\w'\"])", rename, inside[1])
        owners = "|".join(sorted(self.owners))
        expression = re.sub(rf"\b({owners})\.(\w+)", lambda m: f"{m[1]}.{self.name(m[2], kept)}", expression)
        return f"{{{expression}}}"

    @staticmethod
    def _find_translated(source):
        """Return where the texts to translate begin, and where the names of their placeholders do."""
        said, placeholders = set(), set()
        lines = source.splitlines()

        def place(node):
            return node.lineno, _get_column(lines, node.lineno, node.col_offset)

        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and _get_called(node) in ("_", "_lt", "LazyTranslate"):
                if node.args:
                    said |= {place(part) for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
                placeholders |= {place(keyword) for keyword in node.keywords if keyword.arg}
        return said, placeholders

    # ------------------------------------------------------------
    # Registers
    # ------------------------------------------------------------
    def line(self, line):
        """Return a line of a register under the new names."""
        kind, _bar, rest = line.partition(" | ")
        if kind.startswith(("text of", "field fr_FR", "model fr_FR")):
            key, _bar, fact = rest.partition(" | ")
            return f"{kind} | {self.text(key)} | {fact}" if not kind.startswith("text of") else line
        key, _bar, fact = rest.partition(" | ")
        key = re.sub(r"(?<=\.)(\w+)$", lambda found: self.values.get(found[1], found[1]), self.text(key))
        fact = self.text(fact)
        if kind == "method" or "<lambda" in fact:
            fact = re.sub(r"(?<![\w.'\"])[A-Za-z_]\w*", lambda found: self.name(found[0]), fact)
        for old, new in self.values.items():
            fact = re.sub(rf"(?<=[\"'])(?<!string=[\"']){old}(?=[\"'])", new, fact)
        return f"{self.text(kind)} | {key} | {fact}"


def _is_unlabelled(call):
    """Tell whether this makes a field to which nobody gave a label."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    kind, maker = call.func.attr, call.func.value
    if getattr(maker, "id", "") != "fields" or {"string", "related"} & {keyword.arg for keyword in call.keywords}:
        return False
    positions = {"Many2one": 1, "One2many": 2, "Many2many": 4, "Selection": 1}
    return len(call.args) <= positions.get(kind, 0)


def _get_column(lines, row, offset):
    """Return a column in letters: the parser counts bytes."""
    return len(lines[row - 1].encode()[:offset].decode())


def _get_called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", None))


def _replace(lines, changes):
    """Return the lines joined, with these replacements of ``(start, end, text)``."""
    for (row, column), (last, end), text in reversed(changes):
        head, tail = lines[row - 1][:column], lines[last - 1][end:]
        lines[row - 1 : last] = [head + text + tail]
    return "".join(lines)
