"""Numbers of the pieces of a file, without the ORM: given once, in the order chosen by hand, and never again."""


def number_next(taken, keys):
    """Return ``{key: number}`` for pieces in their order, after all numbers that were ever given.

    :param taken: the numbers given before, those of pieces withdrawn since included: a court knows them.
    """
    first = max(taken, default=0) + 1
    return {key: first + position for position, key in enumerate(keys)}


def find_gaps(taken):
    """Return the numbers that no piece has any more, for a list that says so."""
    known = set(taken)
    return [number for number in range(1, max(known, default=0)) if number not in known]
