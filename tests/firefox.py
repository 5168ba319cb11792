"""Starts Firefox for Playwright and stands between the two: python tests/firefox.py PATH ARGUMENTS.

Playwright drives a stock Firefox over WebDriver BiDi, but asks for one thing that Firefox ESR does
not know, emulated media features. That is answered here; all else goes through untouched.
"""

import asyncio
import json
import re
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

UNKNOWN = "emulation.setMediaFeaturesOverride"
LARGEST = 1 << 28  # bytes of a message: pictures of pages are among them


class Relay(WebSocketHandler):
    """One connection of Playwright, passed on to Firefox."""

    async def open(self, *args, **kwargs):
        address = self.application.settings["firefox"]
        self.firefox = await websocket_connect(address, max_message_size=LARGEST)
        self.listening = asyncio.create_task(self.listen())

    def check_origin(self, origin):
        return True

    async def listen(self):
        while (message := await self.firefox.read_message()) is not None:
            await self.write_message(message)
        self.close()

    async def on_message(self, message):
        asked = json.loads(message)
        if asked["method"] == UNKNOWN:
            answer = {"type": "success", "id": asked["id"], "result": {}}
            await self.write_message(json.dumps(answer))
        else:
            await self.firefox.write_message(message)

    def on_close(self):
        self.firefox.close()


async def main(command):
    """Run Firefox until it ends; say where the relay listens instead of where Firefox does."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    async for line in firefox.stderr:
        text = line.decode(errors="replace")
        if found := re.search(r"WebDriver BiDi listening on (ws://127\.0\.0\.1:\d+)", text):
            sockets = bind_sockets(0, "127.0.0.1")
            relay = Application(
                [("/session", Relay)],
                firefox=f"{found.group(1)}/session",
                websocket_max_message_size=LARGEST,
            )
            HTTPServer(relay).add_sockets(sockets)
            here = f"ws://127.0.0.1:{sockets[0].getsockname()[1]}"
            text = text.replace(found.group(1), here)
        sys.stderr.write(text)
        sys.stderr.flush()
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
