"""The peers of the decision mathematics: pymcdm as it is called, and the same formulas in plain numpy.

    deciding_peer.py make FOLDER ROWS     writes matrix, p and q as plain doubles, the matrix by columns
    deciding_peer.py rank FOLDER ROWS     CPU seconds of each method, as one line of JSON
    deciding_peer.py smaa FOLDER ROWS     wall seconds of full acceptability over the weightings of the folder
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

COLUMNS = 21
SAMPLES = 10_000
SEED = 2020


def main(act, folder, rows):
    place, rows = Path(folder), int(rows)
    if act == "make":
        return make(place, rows)
    matrix = np.fromfile(place / "matrix").reshape(COLUMNS, rows).T.copy()
    print(json.dumps(rank(matrix, place) if act == "rank" else smaa(matrix, place)))


def make(place, rows):
    dice = np.random.default_rng(SEED)
    matrix = dice.uniform(1, 100, (rows, COLUMNS))
    matrix.T.copy().tofile(place / "matrix")
    spread = matrix.std(axis=0)
    spread.tofile(place / "p")
    (0.2 * spread).tofile(place / "q")
    dice.dirichlet(np.ones(COLUMNS), SAMPLES).tofile(place / "weightings")


def rank(matrix, place):
    from pymcdm import methods
    from pymcdm.normalizations import minmax_normalization

    rows = len(matrix)
    types = np.array([-1 if column % 3 == 0 else 1 for column in range(COLUMNS)])
    weights = np.ones(COLUMNS) / COLUMNS
    calls = {
        "topsis": methods.TOPSIS(minmax_normalization), "vikor": methods.VIKOR(), "waspas": methods.WASPAS(),
    }  # fmt: skip
    found = {f"pymcdm {name}": spent(lambda m=method: m(matrix, weights, types)) for name, method in calls.items()}
    plain = {"topsis": topsis, "vikor": vikor, "waspas": waspas}
    found |= {f"numpy {name}": spent(lambda f=formula: f(matrix, weights, types)) for name, formula in plain.items()}
    if rows <= 2_000:
        p, q = (np.fromfile(place / name) for name in "pq")

        def promethee():
            # Its preference functions are used up by one call.
            methods.PROMETHEE_II("vshape_2", p=p, q=q)(matrix, weights, types)

        found["pymcdm promethee2"] = spent(promethee, 3)
    return found


def spent(call, times=5):
    """The least CPU time of several calls."""
    least = float("inf")
    for _ in range(times):
        began = time.process_time()
        call()
        least = min(least, time.process_time() - began)
    return least


def scaled(matrix, types):
    low, high = matrix.min(axis=0), matrix.max(axis=0)
    return np.where(types > 0, matrix - low, high - matrix) / (high - low)


def topsis(matrix, weights, types):
    values = scaled(matrix, types) * weights
    best = np.sqrt(((values - values.max(axis=0)) ** 2).sum(axis=1))
    worst = np.sqrt(((values - values.min(axis=0)) ** 2).sum(axis=1))
    return worst / (worst + best)


def vikor(matrix, weights, types):
    regrets = (1 - scaled(matrix, types)) * weights
    s, r = regrets.sum(axis=1), regrets.max(axis=1)
    return 0.5 * (s - s.min()) / (s.max() - s.min()) + 0.5 * (r - r.min()) / (r.max() - r.min())


def waspas(matrix, weights, types):
    values = np.where(types > 0, matrix / matrix.max(axis=0), matrix.min(axis=0) / matrix)
    return 0.5 * (values * weights).sum(axis=1) + 0.5 * (values**weights).prod(axis=1)


def smaa(matrix, place):
    types = np.array([-1 if column % 3 == 0 else 1 for column in range(COLUMNS)])
    weightings = np.fromfile(place / "weightings").reshape(-1, COLUMNS)
    values = scaled(matrix, types)
    began = time.perf_counter()
    rows = len(values)
    counts = np.zeros((rows, rows), dtype=np.int64)
    order = np.argsort(-(weightings @ values.T), axis=1, kind="stable")
    for position in range(rows):
        counts[:, position] = np.bincount(order[:, position], minlength=rows)
    return {"seconds": time.perf_counter() - began, "firsts": int(counts[0, 0])}


if __name__ == "__main__":
    main(*sys.argv[1:])
