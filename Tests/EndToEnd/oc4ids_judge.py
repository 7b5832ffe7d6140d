"""What libcoveoc4ids says of an OC4IDS package, as JSON. A program of its own: `oc4ids_judge.py PACKAGE STANDARD`, where
STANDARD is the folder with schema and codelists, served on loopback so that nobody else is asked."""

import functools
import http.server
import json
import sys
import tempfile
import threading
import types

# libcove reads spreadsheets with it and asks for it at once; of a JSON file it converts nothing.
sys.modules["flattentool"] = types.SimpleNamespace(unflatten=None)

from libcoveoc4ids.api import oc4ids_json_output  # noqa: E402
from libcoveoc4ids.config import LibCoveOC4IDSConfig  # noqa: E402

TOLD = [
    "validation_errors_count", "additional_fields", "deprecated_fields", "additional_closed_codelist_values",
    "additional_open_codelist_values", "conformance_checks", "additional_checks",
]  # fmt: skip


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def judge(package, standard):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=standard))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    config = LibCoveOC4IDSConfig(
        {
            "schema_version": "0.9",
            "schema_version_choices": {"0.9": ("0.9", address)},
            "schema_host": address,
            "schema_codelists": {"0.9": address + "codelists/"},
            "cache_all_requests": True,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        told = oc4ids_json_output(folder, file=package, lib_cove_oc4ids_config=config)
    server.shutdown()
    return {name: told[name] for name in TOLD}


if __name__ == "__main__":
    print(json.dumps(judge(sys.argv[1], sys.argv[2]), default=str))
