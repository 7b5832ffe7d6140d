#!/usr/bin/env python3
"""Sums up what the two runners recorded.

`sum-tests.py REPORTS FILE` writes `N passed, N failed[, N skipped]` (FILE - is stdout) from swift.jsonl, which is Swift
Testing's event stream, and pytest.xml, the JUnit report of pytest. A test that began and never ended, or never began
because the process died, has failed; a runner that ended badly without naming a failed test counts as one failure.
Exit code 0 when tests ran and none failed, else 1.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

RANK = {"passed": 0, "skipped": 1, "failed": 2}


def worst(results, name, outcome):
    if name not in results or RANK[outcome] > RANK[results[name]]:
        results[name] = outcome


def swift_results(path):
    """Maps each test function to its outcome; parameterised functions count once."""
    functions, suites, results, failed, ended = set(), set(), {}, set(), False
    skipped_suites = set()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    for line in lines:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue  # a process that dies leaves its last line half-written
        payload = record["payload"]
        if record["kind"] == "test":
            (functions if payload["kind"] == "function" else suites).add(payload["id"])
            continue
        kind, test = payload["kind"], payload.get("testID")
        if kind == "issueRecorded" and is_failure(payload["issue"]):
            failed.add(test)
        elif kind == "testEnded" and test in functions:
            results[test] = "failed" if test in failed else "passed"
        elif kind == "testSkipped":
            if test in functions:
                results[test] = "skipped"
            else:
                skipped_suites.add(test)
        elif kind == "runEnded":
            ended = True
    for test in functions - results.keys():
        in_skipped_suite = any(test.startswith(suite + "/") for suite in skipped_suites)
        results[test] = "skipped" if ended and in_skipped_suite else "failed"
        if results[test] == "failed":
            print(f"✘ never ended: {test}", file=sys.stderr)
    # An issue outside any test, or in a suite's own code, belongs to no function: it still fails the run.
    for test in failed - functions:
        results[f"issue outside a test: {test}"] = "failed"
    return results


def is_failure(issue):
    if "isFailure" in issue:
        return issue["isFailure"]
    return not issue.get("isKnown", False) and issue.get("severity", "error") == "error"


def pytest_results(path):
    results = {}
    if path.exists():
        for case in ElementTree.parse(path).iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                worst(results, name, "failed")
            elif case.find("skipped") is not None:
                worst(results, name, "skipped")
            else:
                worst(results, name, "passed")
    return results


def blame_runner(results, runner, status):
    """A runner that ended badly (a crash, a time limit, nothing collected) although no test of its failed."""
    ended_with = status.read_text().strip() if status.exists() else "0"
    if ended_with != "0" and "failed" not in results.values():
        print(f"✘ {runner} ended with {ended_with} without naming a failed test", file=sys.stderr)
        results[runner] = "failed"


def main(reports, output):
    swift, browser = swift_results(reports / "swift.jsonl"), pytest_results(reports / "pytest.xml")
    # What the others had to skip has run alone afterwards.
    alone = swift_results(reports / "swift-alone.jsonl")
    swift |= {name: outcome for name, outcome in alone.items() if outcome != "skipped"}
    blame_runner(swift, "swift test", reports / "swift.status")
    blame_runner(alone, "swift test, alone", reports / "swift-alone.status")
    swift |= {name: outcome for name, outcome in alone.items() if outcome == "failed"}
    blame_runner(browser, "pytest", reports / "pytest.status")
    for name, outcome in (swift | browser).items():
        if outcome == "failed":
            print(f"✘ failed: {name}", file=sys.stderr)
    count = Counter(swift.values()) + Counter(browser.values())
    line = f"{count['passed']} passed, {count['failed']} failed"
    if count["skipped"]:
        line += f", {count['skipped']} skipped"
    if output == "-":
        print(line, flush=True)
    else:
        Path(output).write_text(line + "\n", encoding="utf-8")
    return 0 if count["passed"] and not count["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
