"""A line between a hall and the service that can be cut, for trials: whatever goes through it then is never heard of."""

from __future__ import annotations

import asyncio
import threading
from typing import Any


class Line:
    """Listens on a port of its own and passes on what it hears, both ways, as long as it is whole."""

    def __init__(self, to: int) -> None:
        self.to = to
        self._loop = asyncio.new_event_loop()
        self._whole = asyncio.Event()
        self._whole.set()
        self._held: list[asyncio.StreamWriter] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on nothing arrives and nobody is told."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """New connections work; those of before are dead."""
        self._do(self._mend())

    def close(self) -> None:
        """Take the line away."""
        self._do(self._mend())
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _do(self, task: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(10)

    async def _mend(self) -> None:
        for writer in self._held:
            writer.close()
        self._held.clear()
        self._whole.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole.is_set():
            self._held.append(writer)
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:  # nobody serves
            writer.close()
            return
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                if not self._whole.is_set():
                    self._held.append(writer)
                    await self._whole.wait()
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()
