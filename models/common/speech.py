"""Whose language is spoken where nobody's is known: scheduled jobs, core's own among them, come without one."""

from functools import wraps


def each_speaking(records):
    """Yield the records in the language of who is here; where that is nobody, each company's rows in their own.

    :param records: records with a ``company_id``.
    """
    if records.env.lang:
        yield records
        return
    for company, own in records.grouped("company_id").items():
        yield company._recovery_speak(own)


def speaks(method):
    """Have a method of records, which returns nothing, say what it says as :func:`each_speaking` tells them apart."""

    @wraps(method)
    def speak(self, *arguments, **named):
        for records in each_speaking(self):
            method(records, *arguments, **named)

    return speak
