"""The container files, as far as they can be proved without a Docker engine."""

import configparser
import re

import pytest
import yaml

from odoo.tools import config

from .common import ADDONS, ROOT, manifest

DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def instructions(name):
    """Return the arguments of every instruction of that name in the Dockerfile, as lists of words."""
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line.split()[1:] for line in lines if line.startswith(name + " ")]


def options():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(DOCKER / "odoo.conf", encoding="utf-8")
    return dict(parser["options"])


def pins(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.lower().split("==") for line in lines if line and not line.startswith("#"))


def test_the_image_stands_on_odoo_19():
    assert instructions("FROM") == [["odoo:19.0"]]
    assert instructions("USER")[-1] == ["odoo"], "the image must not run as root"


def test_every_copied_path_exists_and_every_addon_is_copied():
    copied = [source for *sources, _target in instructions("COPY") for source in sources]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert {addon.name for addon in ADDONS} <= set(copied)


def test_requirements_are_those_that_the_tests_ran_with():
    image, tested = pins(DOCKER / "requirements.txt"), pins(ROOT / "requirements.txt")
    assert image.items() <= tested.items()
    for addon in ADDONS:
        for name in manifest(addon).get("external_dependencies", {}).get("python", []):
            assert name.lower() in image, f"{addon.name} needs {name}"


@pytest.mark.parametrize("option", options())
def test_odoo_knows_every_option(option):
    known = {entry.dest for entry in config.options_index.values() if entry.file_loadable}
    assert option in known


def test_odoo_runs_two_workers_behind_the_proxy():
    found = options()
    assert found["workers"] == "2"
    assert found["proxy_mode"] == "True"
    assert found["list_db"] == "False"
    targets = {target for *_sources, target in instructions("COPY")}
    assert f"{found['addons_path']}/membership_loyalty" in targets


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_a_health_check_and_restarts(service):
    check = SERVICES[service]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert len(check["test"]) > 1
    assert SERVICES[service]["restart"] == "unless-stopped"
    for other in SERVICES[service].get("depends_on", {}).values():
        assert other == {"condition": "service_healthy"}


@pytest.mark.parametrize("service", SERVICES)
def test_mounts_and_secrets_lead_somewhere(service):
    for volume in SERVICES[service].get("volumes", []):
        source = volume.split(":")[0]
        assert (DOCKER / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
    for secret in SERVICES[service].get("secrets", []):
        assert secret in COMPOSE["secrets"]
    if build := SERVICES[service].get("build"):
        assert (DOCKER / build["context"] / build["dockerfile"]).is_file()


def test_the_proxy_talks_to_ports_that_odoo_serves():
    text = (DOCKER / "nginx.conf").read_text(encoding="utf-8")
    servers = dict(re.findall(r"upstream ([\w-]+) \{\s*server ([\w:]+);", text))
    ports = {options()["http_port"], options()["gevent_port"]}
    assert {server.split(":")[0] for server in servers.values()} == {"odoo"} <= set(SERVICES)
    assert {server.split(":")[1] for server in servers.values()} == ports
    assert set(re.findall(r"proxy_pass http://([\w-]+);", text)) == set(servers)
    assert re.search(r"location /websocket \{\s*proxy_pass http://odoo-websocket;", text)
    assert text.count("{") == text.count("}")


def test_no_password_stands_in_a_file():
    literal = re.compile(r"(passw\w*|secret\w*|token)[ \t]*[:=][ \t]*[^\s./$\[-]", re.IGNORECASE)
    for name in ("compose.yaml", "odoo.conf", ".env.example", "Dockerfile"):
        assert not literal.findall((DOCKER / name).read_text(encoding="utf-8")), name
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or (name.endswith("_FILE") and value.startswith("/run/secrets/"))


def test_every_variable_has_an_example():
    used = set(re.findall(r"\$\{(\w+)", (DOCKER / "compose.yaml").read_text(encoding="utf-8")))
    example = (DOCKER / ".env.example").read_text(encoding="utf-8")
    assert used == set(re.findall(r"^(\w+)=", example, re.MULTILINE))
