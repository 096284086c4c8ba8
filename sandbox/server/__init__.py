"""The sandbox as a process: the ASGI application, serving over TLS, request log, start and stop."""
