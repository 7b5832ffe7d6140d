"""Yiju's speed and size against peers, each pair in one run, as one table of ratios with their targets. Not a test: the
figures tell of this machine at this hour, and nothing fails for being slow.

    scripts/bench                          the whole, about a quarter of an hour, the first time longer
    scripts/bench reading search           some of it
    YIJU_BENCH_SCALE=small scripts/bench   a rehearsal with little data, whose figures mean nothing

What is made for it lies in .build-bench; the nation is kept there for the next run.
"""

import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Tests/EndToEnd")]

from measures import (  # noqa: E402
    acts, deciding, imports, ledger, live, reading, search, size, sliders, suite, tiles,
)  # fmt: skip
from measures.common import SMALL, note, table  # noqa: E402

MEASURES = {
    "reading": reading.measure,
    "sqlite": acts.measure_sqlite,
    "postgres": acts.measure_postgres,
    "imports": imports.measure,
    "search": search.measure,
    "tiles": tiles.measure,
    "map": live.measure_first_map,
    "nodes": live.measure_other_node,
    "deciding": deciding.measure,
    "sliders": sliders.measure,
    "ledger": ledger.measure,
    "size": size.measure,
    "suite": suite.measure,
}


def main(chosen):
    unknown = [name for name in chosen if name not in MEASURES]
    if unknown:
        sys.exit(f"{', '.join(unknown)}? There are: {', '.join(MEASURES)}")
    rows, failed = [], False
    for name in chosen or MEASURES:
        began = time.monotonic()
        try:
            rows += MEASURES[name]()
        except Exception as error:  # one measurement that cannot be made leaves the others
            failed = True
            note(f"{name} could not be measured: {error}")
        note(f"{name}: {time.monotonic() - began:.0f} s")
    print(table(rows))
    if SMALL:
        print("YIJU_BENCH_SCALE=small: a rehearsal; these figures mean nothing.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
