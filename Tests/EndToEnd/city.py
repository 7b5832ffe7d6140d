"""A demo city, its server and a browser, for the end-to-end tests and for the README's pictures.

Everything is driven from outside, as people do it: the built binary, HTTP on loopback, Debian's own Chromium.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
DEMO_SECONDS = 800

CHROMIUM_ARGUMENTS = ["--headless=new", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def binary():
    """The binary under test: YIJU_BINARY, else the debug build."""
    path = Path(os.environ.get("YIJU_BINARY", ROOT / ".build/debug/yiju"))
    if not path.exists():
        raise RuntimeError(f"{path} is not built: run make build, or set YIJU_BINARY")
    return str(path)


@dataclass(frozen=True)
class Account:
    """One of the accounts that `yiju demo --format json` prints."""

    name: str
    password: str
    role: str = ""
    place: str = ""
    others: dict = field(default_factory=dict, compare=False)

    @staticmethod
    def of(fields):
        known = {key: str(fields.get(key) or "") for key in ("name", "password", "role", "place")}
        return Account(**known, others={key: value for key, value in fields.items() if key not in known})


@dataclass(frozen=True)
class City:
    """Where a city lies: its folder (files, keys and, on SQLite, the database) and perhaps a PostgreSQL database."""

    folder: Path
    database: str | None
    accounts: tuple[Account, ...] = ()

    @property
    def engine(self):
        return "postgres" if self.database else "sqlite"

    @property
    def arguments(self):
        """What every command of yiju needs to find this city."""
        return ["--data", str(self.folder), *(["--database", self.database] if self.database else [])]

    def account(self, role, place=""):
        """The first demo account with this role, at a place whose code begins so."""
        for account in self.accounts:
            if account.role == role and account.place.startswith(place):
                return account
        known = ", ".join(f"{account.role}@{account.place}" for account in self.accounts)
        raise LookupError(f"no demo account with role {role} at {place or 'any place'}; there are: {known}")

    def run(self, *command, check=True, timeout=600):
        """Runs `yiju COMMAND…` on this city and returns the finished process with its texts."""
        done = subprocess.run(
            [binary(), *command, *self.arguments], capture_output=True, text=True, timeout=timeout, cwd=ROOT
        )
        if check and done.returncode != 0:
            raise RuntimeError(f"yiju {' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def copy(self, folder):
        """A city like this one in another folder (and database). This one must not be served meanwhile."""
        shutil.copytree(self.folder, folder)
        database = None
        if self.database:
            name = urllib.parse.urlsplit(self.database).path.lstrip("/")
            database = new_database(self.database, template=name)
        return City(folder, database, self.accounts)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.database:
            drop_database(self.database)


def make_demo_city(folder, postgres=None):
    """A fresh demo city in `folder`; with `postgres`, in a new database of that server."""
    city = City(folder, new_database(postgres) if postgres else None)
    made = city.run("demo", "--format", "json", timeout=DEMO_SECONDS)
    printed = json.loads(made.stdout)
    rows = printed["accounts"] if isinstance(printed, dict) else printed
    return City(city.folder, city.database, tuple(Account.of(row) for row in rows))


class Server:
    """`yiju serve` of one city on a free port of 127.0.0.1; a context manager that stops it."""

    def __init__(self, city, log):
        self.city, self.log = city, Path(log)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", *self.city.arguments, "--port", str(self.port)],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            try:
                if self.get("/healthz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"the server did not answer within {START_SECONDS} s:\n{self.tail()}")

    def stop(self):
        """Asks it to end, as a service manager does, and gives it its time."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"the server did not stop within 120 s:\n{self.tail()}") from None

    def kill(self):
        """Ends it at once, as a power cut does."""
        self.process.kill()
        self.process.wait()

    def get(self, path, headers=None):
        """(status, headers, body as text) of a plain GET that follows no redirect."""
        request = urllib.request.Request(self.url + path, headers=headers or {})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
        try:
            with opener.open(request, timeout=120) as answer:
                return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read().decode("utf-8", "replace")

    def tail(self, lines=40):
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@dataclass
class Answer:
    """What came back: the body as bytes, and as text or JSON where it is one."""

    status: int
    headers: object
    body: bytes

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def location(self):
        return self.headers.get("location", "")


class Client:
    """A person without a browser: HTTP with cookies and the form token, following no redirect."""

    def __init__(self, server, language="zh"):
        self.server = server
        self.cookies = {"language": language}

    def sign_in(self, account):
        answer = self.post("/sign-in", {"name": account.name, "password": account.password})
        if answer.status != 303:
            raise RuntimeError(f"{account.name} could not sign in: {answer.status}\n{answer.text[:2000]}")
        return self

    def get(self, path, **headers):
        return self.ask("GET", path, None, headers)

    def post(self, path, fields=(), **headers):
        """Sends a form, with the token of the page `/account` unless the form has one."""
        pairs = list(dict(fields).items()) if isinstance(fields, dict) else list(fields)
        body = urllib.parse.urlencode([("csrf", self.token()), *pairs]).encode()
        return self.ask("POST", path, body, {"content-type": "application/x-www-form-urlencoded", **headers})

    def upload(self, path, name, content, field="file", **fields):
        """Sends `content` as the file `name` in the field `field`, with further fields before it."""
        edge = "yiju-end-to-end-boundary"
        lead = f'--{edge}\r\nContent-Disposition: form-data; name="'
        given = {"csrf": self.token(), **fields}
        parts = [f'{lead}{key}"\r\n\r\n{value}\r\n' for key, value in given.items()]
        head = f'{lead}{field}"; filename="{name}"\r\n'
        body = ("".join(parts) + head + "Content-Type: application/octet-stream\r\n\r\n").encode() + content
        body += f"\r\n--{edge}--\r\n".encode()
        return self.ask("POST", path, body, {"content-type": f"multipart/form-data; boundary={edge}"})

    def token(self):
        """The form token of this session; empty while nobody is signed in."""
        if "yiju_session" not in self.cookies:
            return ""
        if not getattr(self, "_token", ""):
            found = re.search(r'name="csrf" value="([^"]*)"', self.get("/account").text)
            self._token = found[1] if found else ""
        return self._token

    def ask(self, method, path, body, headers):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        address = urllib.parse.quote(path, safe="/?&=%,:;@+$!*'()~#-._")
        answer = self.send(method, address, body, {"cookie": cookies, **headers})
        for line in answer.headers.get_all("set-cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def send(self, method, address, body, headers):
        """One request, over a connection of its own."""
        request = urllib.request.Request(self.server.url + address, data=body, method=method, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
        try:
            with opener.open(request, timeout=180) as reply:
                return Answer(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as reply:
            return Answer(reply.code, reply.headers, reply.read())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch_chromium(playwright):
    """Debian's Chromium; CHROMIUM names another."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        raise RuntimeError("Chromium is missing: run scripts/setup test")
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)


def new_context(browser, url, width=1440, height=900, **options):
    """A person's browser in China, that can reach our server and nothing else."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce", **options},
    )
    context.set_default_timeout(120_000)
    context.outside = []

    def refuse(route):
        context.outside.append(route.request.url)
        route.abort()

    ours = url + "/"
    context.route(lambda address: not address.startswith((ours, "data:", "blob:")), refuse)
    return context


def sign_in(page, account):
    """Signs in on the page that people use, and waits until it is left."""
    send_sign_in(page, account)
    page.wait_for_url(lambda address: urllib.parse.urlsplit(address).path != "/sign-in")


def wait_for_map(page, state="1"):
    """Waits until the page's map has drawn everything, if it has one; `failed` for one that must not succeed."""
    if page.locator("[data-map]").count():
        page.locator(f"html[data-map-idle='{state}']").wait_for(state="attached", timeout=180_000)


def send_sign_in(page, account):
    """Fills in and sends the sign-in form; what comes of it is for the caller to see."""
    page.goto("/sign-in")
    page.locator("input[name=name]").fill(account.name)
    page.locator("input[name=password]").fill(account.password)
    page.locator("form:has(input[name=password]) button[type=submit]").click()


def new_database(postgres, template="template0"):
    """A new database on the server of the URL `postgres`; its URL."""
    name = f"yiju_{os.getpid()}_{time.monotonic_ns()}"
    _psql(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return urllib.parse.urlsplit(postgres)._replace(path=f"/{name}").geturl()


def drop_database(database):
    name = urllib.parse.urlsplit(database).path.lstrip("/")
    _psql(database, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _psql(postgres, statement):
    # Said from the database that is always there, since none can be copied or dropped from within.
    server = urllib.parse.urlsplit(postgres)._replace(path="/postgres").geturl()
    subprocess.run(
        ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", statement, server],
        check=True,
        capture_output=True,
        text=True,
        timeout=180,
    )
