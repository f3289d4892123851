"""A PostgreSQL server of the tests' own, from the system's package: made, started and removed in some three seconds."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = "shop"
PASSWORD = "s3cret!mark"  # noqa: S105 - of a server that lives for one run of the tests
UNPRIVILEGED = "postgres"  # the package's user: the server does not run as root
QUICK = "-c fsync=off -c full_page_writes=off -c unix_socket_directories= -c shared_buffers=16MB -c max_connections=20"


@dataclass(frozen=True)
class Server:
    """A running server with one database."""

    programs: Path
    port: int

    def address(self, password: str = PASSWORD, database: str = "postgres", settings: str = "") -> str:
        return f"postgresql://{OWNER}:{password.replace('!', '%21')}@127.0.0.1:{self.port}/{database}{settings}"

    def execute(self, sql: str) -> None:
        """Run statements as the owner, by the server's own client."""
        command = [str(self.programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", self.address(), "-c", sql]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def programs() -> Path | None:
    """The folder with the server's programs; None where no server is installed."""
    found = shutil.which("initdb")
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).resolve().parent if found else packaged[-1].parent if packaged else None


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Run the programs in `folder` as a server on a free port of this machine."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    home = Path(tempfile.mkdtemp(prefix="regulars-postgresql-"))
    (home / "password").write_text(PASSWORD)
    if user is not None:
        for path in (home, home / "password"):
            shutil.chown(path, user)
    port = _free_port()
    data = ["-D", str(home / "data")]
    control = [str(folder / "pg_ctl"), *data, "-w", "-t", "60", "-l", str(home / "log")]
    try:
        secure = ["--auth=scram-sha-256", f"--pwfile={home / 'password'}", "-U", OWNER]
        _call([str(folder / "initdb"), *data, *secure, "-N", "-E", "UTF8", "--locale=C"], user, home)
        _call([*control, "-o", f"-p {port} -h 127.0.0.1 {QUICK}", "start"], user, home)
        yield Server(folder, port)
    finally:
        if (home / "data" / "postmaster.pid").exists():
            _call([*control, "-m", "immediate", "stop"], user, home)
        shutil.rmtree(home, ignore_errors=True)


def _call(command: list[str], user: str | None, home: Path) -> None:
    subprocess.run(command, check=True, user=user, cwd=home, stdout=subprocess.DEVNULL, timeout=120)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
