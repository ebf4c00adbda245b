"""Sentences of the module that are kept with a record, and read by each person in their own language."""

import json
from datetime import date
from typing import NamedTuple

from odoo import fields
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyGettext

MARK = "\u2063"  # invisible; what people type loses it


class Money(NamedTuple):
    """An amount in a sentence: its separators are the reader's."""

    amount: float
    currency_id: int


class Worded(str):
    """A sentence in one language that knows what it is made of; to write it into a :class:`Sentence` keeps that."""

    __slots__ = ("kept",)

    def __new__(cls, text="", kept=""):
        worded = super().__new__(cls, text)
        worded.kept = kept or text
        return worded

    def __getnewargs__(self):
        return str(self), self.kept


def word(env, sentence):
    """Return a sentence in the language of who is here, such that it may be kept for others.

    :param sentence: a ``LazyGettext``; its arguments are texts, numbers, dates, :class:`Money` or sentences.
    """
    return read(env, MARK + json.dumps(_take_apart(sentence), ensure_ascii=False))


def join(env, sentences):
    """Return several texts, worded or typed, with commas between."""
    sentences = list(sentences)
    if len(sentences) == 1:
        return sentences[0]
    if not any(isinstance(sentence, Worded) for sentence in sentences):
        return ", ".join(sentences)
    return read(env, MARK + json.dumps({"list": [_take_apart(one) for one in sentences]}, ensure_ascii=False))


def read(env, kept):
    """Return what is kept in the language of who is here."""
    try:
        return Worded(str(_put_together(env, json.loads(kept[len(MARK) :]))), kept)
    except (KeyError, TypeError, ValueError):
        return kept.lstrip(MARK)


def _take_apart(part):
    if isinstance(part, LazyGettext):
        given = part._args
        named = {name: _take_apart(value) for name, value in given.items()} if isinstance(given, dict) else None
        return {"text": part._source, "module": part._module, "with": named or [_take_apart(value) for value in given]}
    if isinstance(part, Worded):
        return json.loads(part.kept[len(MARK) :]) if part.kept.startswith(MARK) else str(part)
    if isinstance(part, Money):
        return {"money": list(part)}
    if isinstance(part, date):
        return {"day": part.isoformat()}
    return part


def _put_together(env, part):
    if not isinstance(part, dict):
        return part
    if "day" in part:
        return format_date(env, part["day"])
    if "money" in part:
        amount, currency_id = part["money"]
        return formatLang(env, amount, currency_obj=env["res.currency"].browse(currency_id))
    if "list" in part:
        return ", ".join(str(_put_together(env, one)) for one in part["list"])
    given = part["with"]
    if isinstance(given, dict):
        sentence = LazyGettext(
            part["text"], _module=part["module"], **{name: _put_together(env, value) for name, value in given.items()}
        )
    else:
        sentence = LazyGettext(part["text"], *(_put_together(env, one) for one in given), _module=part["module"])
    return sentence._translate(env.lang or "en_US")


class Sentence(fields.Char):
    """A text that a person typed, or a sentence of the module: that one is read in the reader's language.

    The column holds what it is made of, and reading it costs no query. A search looks at what the column holds: it
    finds the names and numbers in a sentence, and its English words.
    """

    def convert_to_cache(self, value, record, validate=True):
        """Keep what a sentence is made of; nobody types one."""
        if isinstance(value, Worded):
            return value.kept
        value = super().convert_to_cache(value, record, validate)
        return value.lstrip(MARK) if validate and value else value

    def convert_to_record(self, value, record):
        """Return the sentence in the reader's language."""
        if value and value.startswith(MARK):
            return read(record.env, value)
        return super().convert_to_record(value, record)
