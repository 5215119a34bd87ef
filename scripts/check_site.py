"""Walks the site with a headless Chromium, at the widths of a telephone and of a desk: check_site.py FOLDER [--pictures FOLDER]

Of every page: all its links lead to a page, a file or an anchor that exists; it asks for nothing but what lies in the folder and gets
all that it asks for; it writes no error to the console; and nothing sticks out of it at the side. --pictures keeps a picture of
each page at each width. Links to other sites are counted and not followed.
"""

import argparse
import base64
import contextlib
import functools
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from websockets.sync.client import connect

WIDTHS = (400, 1280)

# What a page tells about itself: its links, the anchors in it, and what is wider than it should be.
ASK = """({
  links: [...document.querySelectorAll('a[href]')].map(a => a.href),
  anchors: [...document.querySelectorAll('[id], a[name]')].map(e => e.id || e.name),
  excess: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  wide: [...document.querySelectorAll('body *')].filter(e => {
    if (e.getBoundingClientRect().right <= document.documentElement.clientWidth + 1) return false;
    for (let p = e.parentElement; p; p = p.parentElement)
      if (getComputedStyle(p).overflowX != 'visible' && p != document.body && p != document.documentElement) return false;
    return getComputedStyle(e).position != 'fixed' && e.getBoundingClientRect().width > 0;
  }).slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + e.className + ' ' + e.textContent.trim().slice(0, 40)),
  broken: [...document.images].filter(i => i.complete && !i.naturalWidth && i.src).map(i => i.src)
})"""


class Server:
    """The folder at an address of this machine."""

    def __init__(self, folder: pathlib.Path):
        class Silent(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        handler = functools.partial(Silent, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()


class Browser:
    """A page of a headless Chromium, spoken to by the DevTools protocol."""

    def __init__(self):
        program = next((p for p in ("chromium", "chromium-browser", "google-chrome") if shutil.which(p)), None)
        if program is None:
            raise SystemExit("check_site: error: expected Chromium (Debian package chromium), found none")
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--no-sandbox",  # it sees our own pages alone, and continuous integration runs as root
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--remote-debugging-port=0",
                f"--user-data-dir={self.profile.name}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = pathlib.Path(self.profile.name) / "DevToolsActivePort"
        self.number, self.events = 0, []
        self.opened = contextlib.ExitStack()
        self.socket = self.opened.enter_context(connect(self._address_of_page(port_file), max_size=None, proxy=None))
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def _address_of_page(self, port_file: pathlib.Path) -> str:
        open_directly = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        for _ in range(600):
            if port_file.exists() and port_file.read_text().count("\n"):
                port = port_file.read_text().split("\n")[0]
                targets = json.load(open_directly(f"http://127.0.0.1:{port}/json"))
                if pages := [target for target in targets if target["type"] == "page"]:
                    return pages[0]["webSocketDebuggerUrl"]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit("check_site: error: Chromium did not start")

    def call(self, method: str, **parameters) -> dict:
        """Asks for something and waits for the answer; what happens meanwhile is kept in `events`."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=60))
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def set_width(self, width: int) -> None:
        """Makes the window so wide."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)

    def open(self, address: str) -> None:
        """Opens a page and waits until all of it is there."""
        self.events = []
        self.call("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.recv(timeout=60)))

    def ask(self, expression: str):
        """The value of an expression of JavaScript."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def picture(self, path: pathlib.Path) -> None:
        """Keeps what is seen, the whole page."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def close(self):
        self.opened.close()
        self.process.terminate()
        self.process.wait(20)
        self.profile.cleanup()


def faults_of_events(events: list[dict], address: str):
    """What went wrong while a page was opened, as lines."""
    for event in events:
        method, told = event["method"], event["params"]
        if method == "Runtime.exceptionThrown":
            yield f"exception: {told['exceptionDetails'].get('exception', {}).get('description', told)}"
        elif method == "Runtime.consoleAPICalled" and told["type"] == "error":
            yield f"console: {[argument.get('value') for argument in told['args']]}"
        elif method == "Log.entryAdded" and told["entry"]["level"] == "error":
            yield f"console: {told['entry']['text']} {told['entry'].get('url', '')}"
        elif method == "Network.requestWillBeSent":
            url = told["request"]["url"]
            if not url.startswith((address, "data:", "blob:")):
                yield f"asks for something elsewhere: {url}"


def is_place(folder: pathlib.Path, pages: dict[str, set[str]], link: str) -> bool:
    """Whether a link, relative to the folder, leads to an anchor of a page that was walked, or to a file."""
    path, _, anchor = link.partition("#")
    path = urllib.parse.unquote(path.partition("?")[0]) or "index.html"
    if path.endswith("/"):
        path += "index.html"
    if path not in pages:
        return (folder / path).is_file()
    return not anchor or urllib.parse.unquote(anchor) in pages[path]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html") if "files" not in path.parts)
    if not names:
        raise SystemExit(f"check_site: error: expected pages in {folder}, found none")
    faults: list[str] = []
    pages: dict[str, set[str]] = {}
    links: dict[str, set[str]] = {}
    elsewhere: set[str] = set()
    server, browser = Server(folder), Browser()
    try:
        for name in names:
            browser.set_width(WIDTHS[0])
            browser.open(server.address + name)
            for width in WIDTHS:
                browser.set_width(width)
                page = browser.ask(ASK)
                faults += [f"{name} at {width}: picture {source} cannot be seen" for source in page["broken"]]
                if page["excess"] > 0:
                    faults.append(f"{name} at {width}: {page['excess']} pixels too wide: {page['wide']}")
                if options.pictures:
                    options.pictures.mkdir(parents=True, exist_ok=True)
                    browser.picture(options.pictures / f"{name.replace('/', '_')[:-5]}_{width}.png")
            faults += [f"{name}: {fault}" for fault in faults_of_events(browser.events, server.address)]
            pages[name] = set(page["anchors"]) | {"top"}
            local = {link for link in page["links"] if link.startswith(server.address)}
            elsewhere |= {link for link in page["links"] if not link.startswith((server.address, "javascript:"))}
            links[name] = {link.removeprefix(server.address) for link in local}
    finally:
        browser.close()
        server.close()
    number = 0
    for name, of_page in links.items():
        number += len(of_page)
        faults += [f"{name}: the link {link} leads nowhere" for link in of_page if not is_place(folder, pages, link)]
    for fault in faults:
        print(fault)
    print(
        f"{len(names)} pages at {' and '.join(map(str, WIDTHS))} pixels, {number} links within the site, "
        f"{len(elsewhere)} to elsewhere, {len(faults)} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
