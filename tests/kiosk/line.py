"""A line between a hall and the service that can be cut, for trials: what goes through it then is never heard of."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress


class Line:
    """Listens on a port of its own and passes on what it hears, both ways, as long as it is whole."""

    def __init__(self, to: int) -> None:
        self.to, self.port = to, 0
        self._held: list[asyncio.StreamWriter] = []
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def cut(self) -> None:
        """From now on nothing arrives and nobody is told."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        """New connections work; those of before are dead."""
        asyncio.run_coroutine_threadsafe(self._mend(), self._loop).result(10)

    def close(self) -> None:
        """Take the line away."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    async def _live(self, ready: threading.Event) -> None:
        self._loop, self._whole, self._end = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        self._whole.set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._end.wait()
        server.close()
        await self._mend()
        passing = asyncio.all_tasks() - {asyncio.current_task()}
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)
        await asyncio.sleep(0.1)  # sockets are closed in the next round

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
        with suppress(asyncio.CancelledError):  # the line is taken away
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                if not self._whole.is_set():
                    await self._whole.wait()
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()
