"""Durable acts with their line in the record, by 32 clients: how many share a flush, and what that is worth."""

import json
import os
import re
import subprocess

import city as cities

from .common import PLACE, ROOT, SMALL, against_peer, at_most, folder, median, need, note, spend, tool

CLIENTS = 32
ROUNDS = 1 if SMALL else 3
SECONDS = 1 if SMALL else 8
# Connecting 32 clients belongs to the time that pgbench is given, though not to its figure.
PGBENCH_SECONDS = SECONDS + 3
DELAY_US = 2000


def measure_sqlite():
    program, place = tool("Acts"), folder("acts")
    counter = _counter(place)
    together, alone, slow_together, slow_alone = [], [], [], []
    for number in range(ROUNDS):
        location = f"sqlite:{place}/acts-{number}.sqlite"
        subprocess.run([program, "prepare", location], check=True)
        for delay, results, mode in (
            (0, together, []), (0, alone, ["alone"]), (DELAY_US, slow_together, []), (DELAY_US, slow_alone, ["alone"]),
        ):  # fmt: skip
            results.append(_run(program, location, place, mode, preload=counter, delay=delay))
            note(f"SQLite, {delay / 1000:.0f} ms more a flush{', ungrouped' if mode else ''}: {_told(results[-1])}")
    return [
        at_most(
            1 / 8, f"durable acts on SQLite, {CLIENTS} clients: flushes per act",
            median(_flushes(together)), lambda share: f"1/{1 / share:.1f}", f"ungrouped {median(_flushes(alone)):.2f}",
        ),
        _rates("the same, 2 ms added to each flush", slow_together, slow_alone, "≥ 8"),
        _rates("the same, this disk as it is", together, alone, ""),
    ]  # fmt: skip


def _rates(what, ours, peer, target):
    ratio = median([one["rate"] / other["rate"] for one, other in zip(ours, peer)])
    rates = [f"{median([each['rate'] for each in results]):,.0f}/s" for results in (ours, peer)]
    return against_peer(what, target, rates[0], f"ungrouped {rates[1]}", ratio)


def _flushes(results):
    return [each["flushes"] / each["acts"] for each in results]


def _counter(place):
    need("gcc", "gcc")
    library = place / "flush.so"
    source = ROOT / "Benchmarks/flush.c"
    options = ["-shared", "-fPIC", "-O2", "-Wall", "-Werror"]
    subprocess.run(["gcc", *options, "-o", str(library), str(source), "-ldl"], check=True)
    return library


def _run(program, location, place, mode, preload=None, delay=0):
    """About `SECONDS` of acts, after a few to learn how fast they are."""
    env = {}
    if preload:
        env = {"LD_PRELOAD": str(preload), "YIJU_FLUSHES": str(place / "flushes"), "YIJU_FLUSH_DELAY_US": str(delay)}
    acts = 10 * CLIENTS
    for seconds in (0.5, SECONDS):
        command = [program, "run", location, str(acts), str(CLIENTS), *mode]
        told = json.loads(spend(command, place / "run.log", env).output)
        told["rate"] = told["acts"] / told["seconds"]
        acts = max(10 * CLIENTS, int(told["rate"] * seconds))
    told = json.loads(spend([program, "run", location, str(acts), str(CLIENTS), *mode], place / "run.log", env).output)
    return {**told, "rate": told["acts"] / told["seconds"]}


def _told(result):
    flushes = f", {result['flushes'] / result['acts']:.3f} flushes an act" if result["flushes"] else ""
    return f"{result['rate']:,.0f} acts/s, {result['acts'] / result['commits']:.1f} a commit{flushes}"


def measure_postgres():
    server = os.environ.get("YIJU_TEST_POSTGRES")
    if not server:
        raise RuntimeError("YIJU_TEST_POSTGRES is not set: run this through scripts/bench")
    need("pgbench", "postgresql")
    program, place = tool("Acts"), folder("acts-postgres")
    database = cities.new_database(server)
    pairs = []
    try:
        subprocess.run([program, "prepare", database], check=True)
        script = place / "act.sql"
        script.write_text(SCRIPT, encoding="utf-8")
        _pgbench(database, script)
        for _ in range(ROUNDS):
            peer = _pgbench(database, script)
            ours = _run(program, database, place, [])
            note(f"PostgreSQL: {_told(ours)}, {ours['retries']} repeated; pgbench {peer:,.0f}/s")
            pairs.append((ours["rate"], peer))
    finally:
        cities.drop_database(database)
    ours, peer = (median([pair[side] for pair in pairs]) for side in (0, 1))
    ratio = median([one / other for one, other in pairs])
    what = f"the same acts on PostgreSQL, {CLIENTS} clients; the peer runs the same statements at the same isolation"
    return [against_peer(what, "≥ 0.8", f"{ours:,.0f}/s", f"pgbench -M prepared {peer:,.0f}/s", ratio)]


def _pgbench(database, script):
    """Transactions a second over TCP; the retries that serializable writers need are its own."""
    options = ["--no-vacuum", "--protocol=prepared", "--max-tries=100", f"--client={CLIENTS}", "--jobs=2"]
    told = subprocess.run(
        ["pgbench", *options, f"--time={PGBENCH_SECONDS}", f"--file={script}", database],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    (PLACE / "pgbench.log").write_text(told, encoding="utf-8")
    rate = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
    if not rate or "number of failed transactions: 0 " not in told:
        raise RuntimeError(f"pgbench did not get its acts done:\n{told}")
    return float(rate.group(1))


# The statements of ActTables.change and of the record, with ids that grow with time as ours do.
SCRIPT = r"""
\set id random(1, 10000)
\set value random(0, 1000000)
\set low random(1, 9223372036854775806)
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT value AS old, version FROM bench_fact WHERE id = :id \gset
UPDATE bench_fact SET value = :value, version = :version + 1 WHERE id = :id;
INSERT INTO record_line (id, at, actor_kind, person, label, act, subject_kind, subject_id, place, value_before,
    value_after, request_id, witness)
VALUES (int8send((extract(epoch FROM clock_timestamp()) * 1000000)::bigint) || int8send(:low),
    (extract(epoch FROM clock_timestamp()) * 1000)::bigint, 'person', '\x0190a3c1000070008000000000000001',
    decode(repeat('07', 40), 'hex'), 'bench.change', 'fact', :id::text,
    '4301', '{"value":' || :old::text || '}', '{"value":' || :value::text || '}', 'bench-1',
    int8send(:low) || int8send(:low));
COMMIT;
"""
