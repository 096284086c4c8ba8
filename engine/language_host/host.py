"""The service itself: each method answers one call of the CLI.

Like the official host it gives a program its configuration through the environment. Unlike it, it gives none to policy
packs: they receive each resource, and nothing about the stack.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

import grpc
from google.protobuf import empty_pb2  # type: ignore[import-untyped,unused-ignore] # ships no types
from pulumi.runtime.proto import language_pb2, plugin_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer

from engine.language_host import interpreter, packages, uv
from engine.language_host.children import Children, HostIsEnding, end
from engine.language_host.interpreter import Interpreter, OptionsMistake

ALREADY_REPORTED = 32
"""Exit code by which the executor says that the user has seen the error (pulumi-language-python-exec)."""

CHUNK_BYTES = 65536


class PythonHost(LanguageRuntimeServicer):
    """Runs Python programs and policy packs for the CLI at `engine_address` (`host:port`)."""

    def __init__(self, engine_address: str, executor: Path, version: str, children: Children) -> None:
        self._engine_address = engine_address
        self._executor = executor
        self._version = version
        self._children = children

    def Handshake(  # noqa: N802
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Stop running programs and report to waiting callers that the work was cancelled."""
        self._children.end_all()
        return empty_pb2.Empty()

    def GetRequiredPackages(  # noqa: N802
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        found = packages.plugins(self._search_path(request.info, context))
        return language_pb2.GetRequiredPackagesResponse(
            packages=[
                plugin_pb2.PackageDependency(name=one.name, kind="resource", version=one.version, server=one.server)
                for one in found
            ]
        )

    def GetRequiredPlugins(  # noqa: N802
        self, request: language_pb2.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        """The same in the words of an older CLI."""
        found = packages.plugins(self._search_path(request.info, context))
        return language_pb2.GetRequiredPluginsResponse(
            plugins=[
                plugin_pb2.PluginDependency(name=one.name, kind="resource", version=one.version, server=one.server)
                for one in found
            ]
        )

    def GetProgramDependencies(  # noqa: N802
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """What `pulumi about` lists."""
        found = packages.versions(
            self._search_path(request.info, context), with_required=request.transitiveDependencies
        )
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=name, version=version) for name, version in found.items()]
        )

    def About(  # noqa: N802
        self, request: language_pb2.AboutRequest, context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        python = self._interpreter(request.info, context)
        return language_pb2.AboutResponse(
            executable=str(python.executable), version=python.version(), metadata={"toolchain": python.toolchain}
        )

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run the program to its end. It writes to this process' own streams, which the CLI shows."""
        python = self._interpreter(request.info, context)
        environment = python.environment(os.environ) | {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        command = [str(python.executable), "-u", str(self._executor), *self._executor_arguments(request)]
        try:
            with self._children.started(command, environment=environment, folder=Path(request.pwd)) as program:
                code = program.wait()
        except HostIsEnding:
            code = ALREADY_REPORTED
        if code == 0:
            return language_pb2.RunResponse()
        if code == ALREADY_REPORTED or self._children.ending:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")

    def _executor_arguments(self, request: language_pb2.RunRequest) -> list[str]:
        named = {
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        options = [word for name, value in named.items() if value for word in (f"--{name}", value)]
        return [*options, request.info.entry_point, *request.args]

    def RunPlugin(  # noqa: N802
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack, or a plugin that is written in Python, until the CLI calls it off."""
        python = self._interpreter(request.info, context)
        given = dict(variable.split("=", 1) for variable in request.env)
        folder = request.info.program_directory
        if request.kind == "analyzer":
            arguments = ["-m", "pulumi.policy", *request.args, folder]
            working_folder = folder
        else:
            arguments = [folder, *request.args]
            working_folder = request.pwd
        try:
            with self._children.started(
                [str(python.executable), "-u", *arguments],
                environment=python.environment({**os.environ, **given}),
                folder=Path(working_folder),
                output=subprocess.PIPE,
                errors=subprocess.PIPE,
            ) as plugin:
                context.add_callback(lambda: end(plugin))
                for is_error, data in _output(plugin):
                    if is_error:
                        yield language_pb2.RunPluginResponse(stderr=data)
                    else:
                        yield language_pb2.RunPluginResponse(stdout=data)
                yield language_pb2.RunPluginResponse(exitcode=plugin.wait())
        except HostIsEnding:
            context.abort(grpc.StatusCode.CANCELLED, "the language host is ending")

    def GeneratePackage(self, request: object, context: grpc.ServicerContext) -> NoReturn:  # noqa: N802
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            "this machine's language host was built by the project and generates no SDK: declare the component by its "
            "type, as examples/python does, or install the official Pulumi CLI",
        )
        raise AssertionError("abort raises")

    GenerateProgram = GenerateProject = Pack = Link = GeneratePackage

    def InstallDependencies(  # noqa: N802
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Create the virtual environment unless it exists, and install what is locked for it (`pulumi install`)."""
        python = _named(request.info, context)
        requirements = Path(request.info.program_directory) / "requirements.txt"
        commands = []
        if python.uv is not None:
            commands.append(uv.install(python.uv))
        else:
            if python.virtualenv is not None and not python.executable.is_file():
                commands.append([sys.executable, "-m", "venv", str(python.virtualenv)])
            if requirements.is_file():
                commands.append([str(python.executable), "-m", "pip", "install", "-r", str(requirements)])
        for command in commands:
            with self._children.started(
                command,
                environment=python.installing(os.environ),
                folder=requirements.parent,
                output=subprocess.PIPE,
                errors=subprocess.PIPE,
            ) as process:
                context.add_callback(lambda process=process: end(process))
                for is_error, data in _output(process):
                    if is_error:
                        yield language_pb2.InstallDependenciesResponse(stderr=data)
                    else:
                        yield language_pb2.InstallDependenciesResponse(stdout=data)
                if process.wait() != 0:
                    context.abort(grpc.StatusCode.ABORTED, f"`{' '.join(command)}` failed; its output is above")

    def _interpreter(self, info: language_pb2.ProgramInfo, context: grpc.ServicerContext) -> Interpreter:
        """What runs the program, after uv has brought its environment in step with the lock file."""
        python = _named(info, context)
        program = Path(info.program_directory)
        if python.uv is not None and uv.nearest(program, uv.PROJECT) is not None:
            command = uv.follow(python.uv)
            try:
                with self._children.started(
                    command,
                    environment=python.installing(os.environ),
                    folder=program,
                    output=subprocess.DEVNULL,
                    errors=subprocess.PIPE,
                ) as process:
                    printed = b"".join(data for _, data in _output(process)).decode(errors="replace")
                    code = process.wait()
            except HostIsEnding:
                context.abort(grpc.StatusCode.CANCELLED, "the language host is ending")
            if code != 0:
                context.abort(grpc.StatusCode.ABORTED, f"`{' '.join(command)}` failed: {printed.strip()}")
        try:
            return interpreter.existing(python)
        except OptionsMistake as mistake:
            _refuse(context, mistake)

    def _search_path(self, info: language_pb2.ProgramInfo, context: grpc.ServicerContext) -> list[str]:
        try:
            return self._interpreter(info, context).search_path()
        except OptionsMistake as mistake:
            _refuse(context, mistake)


def _named(info: language_pb2.ProgramInfo, context: grpc.ServicerContext) -> Interpreter:
    try:
        return interpreter.name(Path(info.root_directory), dict(info.options.items()), Path(info.program_directory))
    except OptionsMistake as mistake:
        _refuse(context, mistake)


def _refuse(context: grpc.ServicerContext, mistake: OptionsMistake) -> NoReturn:
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(mistake))
    raise AssertionError("abort raises") from mistake


def _output(process: subprocess.Popen[bytes]) -> Iterator[tuple[bool, bytes]]:
    """What the process writes, as (whether to standard error, data), until it has closed both streams."""
    chunks: queue.SimpleQueue[tuple[bool, bytes]] = queue.SimpleQueue()

    def forward(stream: IO[bytes], is_error: bool) -> None:
        with stream:
            while data := os.read(stream.fileno(), CHUNK_BYTES):
                chunks.put((is_error, data))
        chunks.put((is_error, b""))

    still_open = 0
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            threading.Thread(target=forward, args=(stream, stream is process.stderr), daemon=True).start()
            still_open += 1
    while still_open:
        is_error, data = chunks.get()
        if data:
            yield is_error, data
        else:
            still_open -= 1
