"""The process that the engine starts."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc

PROJECT = Path(__file__).parents[4]
PLUGIN = [sys.executable, "-m", "engine.stand_ins.azuread", "127.0.0.1:1"]


@pytest.fixture
def plugin() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(PLUGIN, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_it_prints_its_port_and_answers_there(plugin: subprocess.Popen[str]) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{port_of(plugin)}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == "6.10.0"
        stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_quietly_when_told(plugin: subprocess.Popen[str], number: signal.Signals) -> None:
    port_of(plugin)

    plugin.send_signal(number)

    output, errors = plugin.communicate(timeout=30)
    assert (plugin.returncode, output, errors) == (0, "", "")


def test_it_ends_when_its_engine_is_killed() -> None:
    engine = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, time; subprocess.Popen({PLUGIN!r}); time.sleep(600)"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    port_of(engine)
    (plugin,) = psutil.Process(engine.pid).children()

    os.kill(engine.pid, signal.SIGKILL)
    engine.communicate(timeout=30)

    plugin.wait(timeout=30)


def test_it_starts_without_loading_the_sdk_or_the_http_client() -> None:
    probe = (
        "import sys; from engine import lean_sdk; lean_sdk.skip_sdk_start_up(); "
        "import engine.stand_ins.azuread.stand_in, engine.stand_ins.provider.servicer; "
        "print([name for name in ('pulumi.resource', 'pulumi_azuread', 'httpx') if name in sys.modules])"
    )

    loaded = subprocess.run([sys.executable, "-c", probe], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert loaded.stdout == "[]\n"
