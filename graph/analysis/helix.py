"""Synergy of three helices: what universities, industry and government tell together beyond by pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .relatedness import Matrix
from .uncertainty import BadTable, Estimate, TooFewData, check_level

MINIMUM_UNITS = 30


def cross_table(*labels: Sequence[object]) -> Matrix:
    """Count units by their labels: one sequence an axis, all of the same length.

    Raises:
        BadTable: no unit, or sequences of several lengths.

    Example:
        >>> cross_table("uuv", "iij", "ggg").shape
        (2, 2, 1)
    """
    lengths = {len(one) for one in labels}
    if len(lengths) != 1 or 0 in lengths:
        raise BadTable("cross table", f"the sequences have lengths {sorted(lengths)}")
    codes = [np.unique(np.array([str(label) for label in one]), return_inverse=True) for one in labels]
    counts = np.zeros([len(names) for names, _ in codes])
    np.add.at(counts, tuple(places for _, places in codes), 1)
    return counts


def entropy(counts: npt.ArrayLike, *, corrected: bool = False) -> float:
    """Give the entropy of a distribution of counts, in bits.

    Formula:
        H = − Σ p log₂ p; corrected: + (K − 1) / 2n nats, K the number of cells that are not empty

    Source:
        Shannon 1948, doi 10.1002/j.1538-7305.1948.tb01338.x; Miller 1955, Note on the bias of information estimates
        (Miller–Madow correction).

    Convention:
        Empty cells add nothing (0 log 0 = 0). The correction is turned to bits.

    Limits:
        The plug-in estimate is too low for few units and many cells; the correction mends its first order only.

    Anchor:
        Four equal counts: 2 bits; 5 and 5 corrected: 1 + 1 / (20 ln 2).

    Args:
        counts: counts of any shape.
        corrected: whether to correct the bias of small samples.

    Raises:
        BadTable: nothing counted, negative or missing counts.

    Example:
        >>> entropy([1, 1, 1, 1])
        2.0
    """
    flat = np.asarray(counts, dtype=float).ravel()
    if flat.size == 0 or not np.isfinite(flat).all() or (flat < 0).any() or flat.sum() == 0:
        raise BadTable("entropy", "counts are empty, negative, missing or all zero")
    present = flat[flat > 0]
    n = present.sum()
    shares = present / n
    bits = -float(shares @ np.log2(shares))
    return bits + (len(present) - 1) / (2 * n * np.log(2)) if corrected else max(bits, 0.0)


def mutual_information(counts: npt.ArrayLike, *, corrected: bool = False) -> float:
    """Give the mutual information of three dimensions, in bits: negative is synergy.

    Formula:
        T_uig = H_u + H_i + H_g − H_ui − H_ug − H_ig + H_uig

    Source:
        McGill 1954; Leydesdorff 2003, doi 10.1023/A:1026276308287;
        Leydesdorff, Park & Lengyel 2014, doi 10.1007/s11192-013-1079-4.

    Convention:
        Plug-in estimate; `corrected` adds the correction of Miller–Madow to each entropy. × 1000 is in mbit.

    Limits:
        Biased for few units and many classes: read it with `synergy`. Its sign mixes synergy and redundancy.

    Anchor:
        XOR of two fair bits −1; three copies of a fair bit +1; independent 0.

    Args:
        counts: units by university class × industry class × government class, three dimensions.
        corrected: whether to correct the bias of small samples.

    Raises:
        BadTable: not three dimensions, nothing counted, negative or missing counts.

    Example:
        >>> mutual_information([[[1, 0], [0, 1]], [[0, 1], [1, 0]]])
        -1.0
    """
    c = np.asarray(counts, dtype=float)
    if c.ndim != 3:
        raise BadTable("mutual information", f"the counts have {c.ndim} dimensions and not three")
    single = sum(entropy(c.sum(axis=axes), corrected=corrected) for axes in ((1, 2), (0, 2), (0, 1)))
    pairs = sum(entropy(c.sum(axis=axis), corrected=corrected) for axis in range(3))
    return single - pairs + entropy(c, corrected=corrected)


@dataclass(frozen=True)
class Synergy:
    """Mutual information of three helices in bits: `plug_in`, `corrected`, `chance` (null interval), `p`, `n` units."""

    plug_in: float
    corrected: float
    chance: Estimate
    p: float
    n: int


def synergy(
    university: Sequence[object],
    industry: Sequence[object],
    government: Sequence[object],
    *,
    draws: int = 500,
    level: float = 0.95,
    seed: int = 0,
    minimum: int = MINIMUM_UNITS,
) -> Synergy:
    """Give the synergy of three helices over units, beside what chance would give.

    Formula:
        T_uig (see `mutual_information`); null: the labels of two helices shuffled over the units

    Source:
        Leydesdorff & Strand 2013, doi 10.1002/asi.22895.

    Convention:
        p is one-sided: the part of shuffles with a T as low as the observed one, (1 + #) / (1 + draws).

    Limits:
        The plug-in estimate is biased for few units and many classes: compare with `chance`, not with zero.

    Anchor:
        XOR of two fair bits over 40 units: −1 bit, p = .01 of 99 shuffles.

    Args:
        university, industry, government: the class of each unit (three sequences of the same length).
        draws: number of shuffles.
        level: part of the shuffles in the interval.
        seed: of the shuffles.
        minimum: fewest units.

    Raises:
        TooFewData: fewer units than `minimum`, or a helix with one class only.
        BadTable: sequences of several lengths.

    Example:
        >>> bits = [0, 0, 1, 1] * 10
        >>> other = [0, 1, 0, 1] * 10
        >>> found = synergy(bits, other, [a ^ b for a, b in zip(bits, other)], draws=99)
        >>> found.plug_in, found.p, found.plug_in < found.chance.low
        (-1.0, 0.01, True)
    """
    check_level("synergy of three helices", level, draws)
    counts = cross_table(university, industry, government)
    n = len(university)
    if n < minimum:
        raise TooFewData("synergy of three helices", f"are {n}", f"at least {minimum} units")
    if 1 in counts.shape:
        raise TooFewData(
            "synergy of three helices", "is one class only in a helix", "two classes in each helix"
        )
    generator = np.random.default_rng(seed)
    second, third = list(industry), list(government)
    drawn = np.array(
        [
            mutual_information(
                cross_table(university, _shuffled(second, generator), _shuffled(third, generator))
            )
            for _ in range(draws)
        ]
    )
    found = mutual_information(counts)
    tail = (1 - level) / 2
    low, high = (float(bound) for bound in np.quantile(drawn, [tail, 1 - tail]))
    chance = Estimate(float(drawn.mean()), low, high, level, "permutation", draws)
    p = float((1 + (drawn <= found + 1e-12).sum()) / (1 + draws))
    return Synergy(found, mutual_information(counts, corrected=True), chance, p, n)


def _shuffled(labels: list[object], generator: np.random.Generator) -> list[object]:
    return [labels[place] for place in generator.permutation(len(labels))]


@dataclass(frozen=True)
class Decomposition:
    """T of the `whole`, `within` each group weighted by its size, and `between` groups, in bits."""

    whole: float
    between: float
    within: Mapping[str, float]


def decompose(groups: Mapping[str, npt.ArrayLike], *, corrected: bool = False) -> Decomposition:
    """Split the mutual information of three helices into that within groups and that between them.

    Formula:
        T = T_0 + Σ_G (n_G / n) T_G

    Source:
        Leydesdorff & Strand 2013, doi 10.1002/asi.22895.

    Convention:
        `within` holds (n_G / n) T_G; groups without any unit are left out; `between` is T_0, the difference.

    Limits:
        Small groups are biased more than the whole, and the difference is found in T_0: compare groups of like size, or
        give `corrected`.

    Anchor:
        XOR in two groups of one size: whole −1, −.5 in each, 0 between.

    Args:
        groups: three-dimensional counts of each group, all of one shape.
        corrected: whether to correct the bias of small samples (Miller–Madow), in each group and in the whole.

    Raises:
        BadTable: no group, several shapes, nothing counted.

    Example:
        >>> xor = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]
        >>> decompose({"north": xor, "south": xor})
        Decomposition(whole=-1.0, between=0.0, within={'north': -0.5, 'south': -0.5})
    """
    counts = {name: np.asarray(one, dtype=float) for name, one in groups.items()}
    if len({one.shape for one in counts.values()}) != 1:
        raise BadTable("decomposition", "there is no group, or the groups have several shapes")
    whole = np.sum(list(counts.values()), axis=0)
    total = mutual_information(whole, corrected=corrected)
    n = whole.sum()
    within = {
        name: float(one.sum() / n * mutual_information(one, corrected=corrected))
        for name, one in counts.items()
        if one.sum()
    }
    return Decomposition(total, total - sum(within.values()), within)
