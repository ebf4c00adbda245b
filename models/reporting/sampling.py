"""Which of a population an auditor looks at: plain Python, no ORM."""

import random
from collections.abc import Callable, Iterable

METHODS = ("random", "top", "above")


def draw(rows: Iterable, method: str, size: int, threshold: float, seed: int, get_key: Callable, get_amount: Callable):
    """Return the rows drawn, in the order of the population.

    The same population and the same seed draw the same rows, whoever draws.

    :param method: ``random`` draws ``size`` rows by chance, ``top`` takes the largest amounts, ``above`` all of at
        least ``threshold``; amounts count whatever their sign.
    :param get_key: takes a row; what the population is put in order by before chance is asked.
    """
    population = sorted(rows, key=get_key)
    if method == "above":
        return [row for row in population if abs(get_amount(row)) >= threshold]
    if method == "top":
        largest = sorted(population, key=lambda row: -abs(get_amount(row)))[:size]
        chosen = {get_key(row) for row in largest}
        return [row for row in population if get_key(row) in chosen]
    places = random.Random(seed).sample(range(len(population)), min(size, len(population)))
    return [population[place] for place in sorted(places)]
