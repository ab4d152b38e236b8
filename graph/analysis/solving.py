"""Linear systems of networks: conjugate gradients, several right-hand sides at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .adjacency import Values


class NotConverged(ArithmeticError):  # noqa: N818
    """An iteration did not settle; keeps its `method`, its `steps`, and what was `left` to settle."""

    def __init__(self, method: str, steps: int, left: float) -> None:
        super().__init__(f"{method}: {left:.2g} is left after {steps} steps")
        self.method, self.steps, self.left = method, steps, left


def conjugate_gradients(apply: Callable[[Values], Any], right: Values, aim: float) -> Values:
    """Solve M X = B for a symmetric positive M, a column a right-hand side, from X = 0.

    Formula:
        stops when every column of the residual B − M X has a Euclidean norm of at most `aim`, or of 10⁻¹⁶ of that of B:
        the digits of a double end before any smaller aim

    Source:
        Hestenes & Stiefel 1952, doi 10.6028/jres.049.044.

    Convention:
        Columns are independent: each stops counting when its residual is small enough, all end together.

    Limits:
        For symmetric positive matrices only: others raise NotConverged, or give a wrong answer.

    Anchor:
        [[2, 1], [1, 3]] x = (1, 0): .6, −.2.

    Args:
        apply: gives M V for V, n × columns.
        right: B, n × columns; it is written over.
        aim: largest norm of a residual.

    Raises:
        NotConverged: ten steps a row were not enough (M is not positive, or nearly not).

    Example:
        >>> m = np.array([[2.0, 1.0], [1.0, 3.0]])
        >>> conjugate_gradients(lambda v: m @ v, np.array([[1.0], [0.0]]), 1e-12).round(9).ravel().tolist()
        [0.6, -0.2]
    """
    found, buffer, rest = np.zeros_like(right), np.empty_like(right), right
    way, size = rest.copy(), _squares(rest, rest)
    enough = np.maximum(aim**2, size * 1e-32)
    steps = 10 * len(right) + 100
    for _ in range(steps):
        if (size <= enough).all():
            return found
        image = apply(way)
        turn = _squares(way, image)
        pace = np.divide(size, turn, out=np.zeros_like(size), where=turn > 0)
        found += np.multiply(way, pace, out=buffer)
        rest -= np.multiply(image, pace, out=buffer)
        before, size = size, _squares(rest, rest)
        way *= np.divide(size, before, out=np.zeros_like(size), where=before > 0)
        way += rest
    raise NotConverged("conjugate gradients", steps, float(np.sqrt(size.max())))


def _squares(one: Values, other: Values) -> Values:
    return np.asarray(np.einsum("ij,ij->j", one, other))
