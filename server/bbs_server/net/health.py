"""The pages for monitoring: /healthz, /readyz and /metrics, for this machine or with a token."""

import asyncio
import hmac
import http
import json
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from bbs.errors import FolkmootError
from bbs_server.pipeline.dispatch import Dispatcher

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
READ_SECONDS_MAX = 2.0  # a database that answers no look-up in this time counts as not ready
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class HealthPages(Struct, frozen=True):
    """Answers requests for these pages: counts and states, never members or their text (P2, P11).

    Attributes:
        token: The token for other machines, sent as `Authorization: Bearer`; empty to answer only
            this machine.
        disk_low: Returns whether less disk space is free than the sysop's setting asks for.
        exposition: Returns the metrics, or None where the library for them is not installed.
    """

    dispatcher: Dispatcher
    token: str
    disk_low: Callable[[], bool]
    exposition: Callable[[], bytes | None]

    def answer(
        self, socket: ServerConnection, request: Request, *, local: bool
    ) -> Response | Awaitable[Response]:
        """Answer a request whose path is one of `PATHS`.

        Args:
            local: Whether the request certainly comes from this machine, not through a proxy on it.
        """
        if request.method not in ("GET", "HEAD"):
            response = socket.respond(http.HTTPStatus.METHOD_NOT_ALLOWED, "GET or HEAD\n")
            response.headers["Allow"] = "GET, HEAD"
            return response
        if not local and not self._has_token(request):
            sentence = "from the server's own machine only, or with the health_token\n"
            return self._page(socket, request, http.HTTPStatus.FORBIDDEN, sentence)
        if request.path == "/healthz":
            return self._health(socket, request)
        if request.path == "/readyz":
            return self._readiness(socket, request)
        return self._metrics(socket, request)

    def _has_token(self, request: Request) -> bool:
        given = request.headers.get("Authorization", "")
        wanted = f"Bearer {self.token}"
        return bool(self.token) and hmac.compare_digest(
            given.encode(errors="surrogateescape"), wanted.encode()
        )

    def _health(self, socket: ServerConnection, request: Request) -> Response:
        store, lost = self.dispatcher.store, self.dispatcher.lost is not None
        fault = store.health()
        well = fault is None and not lost
        status = "ok" if well else "degraded"
        told = {
            "status": "stopping" if self.dispatcher.stopping else status,
            "storage": fault or "ok",
            "disk": "low" if self.disk_low() else "ok",
            "clock": "ok" if store.time.moment().doubt is None else "in doubt",
            "history": "lost" if lost else "ok",
        }
        code = http.HTTPStatus.OK if well else http.HTTPStatus.SERVICE_UNAVAILABLE
        return self._page(socket, request, code, told)

    async def _readiness(self, socket: ServerConnection, request: Request) -> Response:
        ready = not self.dispatcher.stopping
        if ready:
            try:
                async with asyncio.timeout(READ_SECONDS_MAX):
                    await self.dispatcher.store.read(lambda tx: tx.fetch_one("SELECT 1"))
            except (FolkmootError, TimeoutError):
                ready = False
        code = http.HTTPStatus.OK if ready else http.HTTPStatus.SERVICE_UNAVAILABLE
        return self._page(socket, request, code, {"ready": ready})

    def _metrics(self, socket: ServerConnection, request: Request) -> Response:
        metrics = self.exposition()
        if metrics is None:
            sentence = "metrics need the extra: pip install 'folkmoot[metrics]'\n"
            return self._page(socket, request, http.HTTPStatus.NOT_FOUND, sentence)
        return self._page(socket, request, http.HTTPStatus.OK, metrics)

    def _page(
        self,
        socket: ServerConnection,
        request: Request,
        code: http.HTTPStatus,
        told: dict[str, Any] | str | bytes,
    ) -> Response:
        if isinstance(told, dict):
            kind, text = "application/json", json.dumps(told) + "\n"
        elif isinstance(told, bytes):
            kind, text = METRICS_TYPE, told.decode()
        else:
            kind, text = "text/plain; charset=utf-8", told
        response = socket.respond(code, text)
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = kind
        response.headers["Cache-Control"] = "no-store"
        if request.method == "HEAD":
            response.body = b""
        return response
