"""The files in deploy/: what can be held against the code without Docker, and without a system to install it on."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from rag.cli import main
from rag.serve.config import load_config
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile: (instruction, what follows it)."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2]) for line in lines]


def test_the_image_holds_what_it_takes_and_runs_as_nobody_special() -> None:
    known = instructions()
    last = [name for name, _ in known[[n for n, (i, _) in enumerate(known) if i == "FROM"][-1] :]]
    assert dict(known)["USER"].isdigit() and int(dict(known)["USER"]) > 0
    assert last.index("USER") < last.index("ENTRYPOINT") and "HEALTHCHECK" in last
    assert "/readyz" in dict(known)["HEALTHCHECK"]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for name, rest in known:
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists() and f"!{source}" in ignored, source
    (install,) = [rest for name, rest in known if name == "RUN" and "pip install" in rest]
    assert '".[serve,postgres]"' in install and "torch" not in install


def test_the_versions_of_the_image_are_those_of_the_lock() -> None:
    script = next(rest for name, rest in instructions() if "versions.txt" in rest)
    versions: list[str] = []
    for command in script.split("&&")[:2]:
        sed = shlex.split(command)[: 3 + 1]
        done = subprocess.run(sed, cwd=ROOT, capture_output=True, text=True, check=True)
        versions += done.stdout.splitlines()
    assert all(re.match(r"[a-z0-9][\w.-]*(\[\w+\])?==\S+( ;.+)?$", one) for one in versions)
    names = [one.split("==")[0] for one in versions]
    assert {"fastapi", "openvino", "uvicorn", "psycopg", "psycopg-pool"} <= set(names)
    assert names.count("psycopg") == 1  # which must not be asked for twice


@pytest.mark.parametrize("file", ["compose.yaml", "replicas.yaml"])
def test_commands_in_the_files_exist(file: str) -> None:
    compose = yaml.safe_load((DEPLOY / file).read_text("utf-8"))
    unit = (DEPLOY / "rag.service").read_text("utf-8")
    text = (DEPLOY / file).read_text("utf-8")
    commands = [line.split("rag rag ")[-1] for line in text.splitlines() if "--rm rag" in line]
    commands = [line.partition("--rm rag ")[2] for line in commands]
    found = re.search(r"^ExecStart=\S+/rag (.+)$", unit, re.MULTILINE)
    assert found
    for line in [*commands, found[1]]:
        words, command = shlex.split(line), main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]  # type: ignore[assignment]
        command.make_context(command.name, [*words, *_state(command, words)])
    rag = compose["services"]["rag"]
    assert rag["read_only"] and rag["cap_drop"] == ["ALL"] and "ports" not in rag
    for volume in rag["volumes"]:
        source = volume.split(":")[0]
        assert source in compose["volumes"] or (DEPLOY / source).exists()


def _state(command: click.Command, words: list[str]) -> list[str]:
    """The image says by RAG_STATE where it is."""
    needed = any(one.envvar == "RAG_STATE" for one in command.params)
    return ["--state", "/state"] if needed and "--state" not in words else []


def test_its_configuration_is_one() -> None:
    config = load_config(DEPLOY / "serve.toml")
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    proxy = compose["services"]["caddy"]["networks"]["inside"]["ipv4_address"]
    assert config.server.proxies == (proxy,)
    assert not config.loopback and config.index["handbook"].path == "/indexes/handbook"
    names = (DEPLOY / "Caddyfile").read_text("utf-8").split()[0]
    assert config.server.hosts == (names,)


def test_replicas_keep_nothing_of_their_own() -> None:
    config = load_config(DEPLOY / "replicas.toml")
    compose = yaml.safe_load((DEPLOY / "replicas.yaml").read_text("utf-8"))
    services = compose["services"]
    rag, postgres, caddy = services["rag"], services["postgres"], services["caddy"]
    address = rag["environment"]["RAG_STATE"]
    assert rag["deploy"]["replicas"] >= 2 and config.state_place() == address
    assert config.index["handbook"].path == f"{address}?index=handbook"
    # No volume but the documents is written to, and the password is where libpq looks, not in an address.
    assert all(one.endswith(":ro") or one.endswith(":/documents") for one in rag["volumes"])
    assert rag["environment"]["PGPASSWORD"] == postgres["environment"]["POSTGRES_PASSWORD"]
    assert (
        "POSTGRES_PASSWORD" not in address and "@postgres/" in address and "healthcheck" in postgres
    )
    assert config.server.proxies == (caddy["networks"]["inside"]["ipv4_address"],)
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services and how == {"condition": "service_healthy"}
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists()
    caddyfile = (DEPLOY / "Caddyfile.replicas").read_text("utf-8")
    assert caddyfile.split()[0] in config.server.hosts and caddyfile.count("{") == caddyfile.count(
        "}"
    )
    assert "name rag" in caddyfile and "lb_policy round_robin" in caddyfile


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_the_unit_is_one(tmp_path: Path) -> None:
    text = (DEPLOY / "rag.service").read_text("utf-8")
    (tmp_path / "rag.service").write_text(
        text.replace("/opt/rag/bin/rag", shutil.which("true") or "")
    )
    command = ["systemd-analyze", "verify", str(tmp_path / "rag.service")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
