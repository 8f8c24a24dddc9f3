"""A headless browser, driven over the Chrome DevTools Protocol: click, wait, take a picture."""

import base64
import itertools
import json
import subprocess
import time
import urllib.request
from pathlib import Path

import websocket

# A click on the first visible element that a selector finds and whose text holds a word; tells whether it was there.
CLICK = """(() => {
    const element = [...document.querySelectorAll(%s)].find(
        (el) => el.getClientRects().length && el.textContent.includes(%s));
    element?.click();
    return Boolean(element);
})()"""
VISIBLE = "[...document.querySelectorAll(%s)].some((el) => el.getClientRects().length)"


class Browser:
    def __init__(self, program, profile, size):
        self.process = subprocess.Popen(
            [program, '--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars',
             '--remote-debugging-port=0', f'--user-data-dir={profile}', '--remote-allow-origins=*', 'about:blank'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = Path(profile, 'DevToolsActivePort')
        self._until(lambda: port_file.exists() and port_file.read_text().strip(), "the browser to start")
        with urllib.request.urlopen(f'http://127.0.0.1:{port_file.read_text().split()[0]}/json/list') as reply:
            page = next(target for target in json.load(reply) if target['type'] == 'page')
        self.socket = websocket.create_connection(page['webSocketDebuggerUrl'], timeout=120)
        self.numbers = itertools.count(1)
        self.send('Emulation.setDeviceMetricsOverride', width=size[0], height=size[1], deviceScaleFactor=1,
                  mobile=size[0] < 600)

    def send(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({'id': number, 'method': method, 'params': params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get('id') == number:
                return message['result']

    def evaluate(self, script):
        return self.send('Runtime.evaluate', expression=script, returnByValue=True)['result'].get('value')

    def _until(self, condition, what, seconds=120):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"error: waited {seconds} s in vain for {what}")
            time.sleep(0.2)

    def shows(self, selector):
        return self.evaluate(VISIBLE % json.dumps(selector))

    def wait(self, selector):
        self._until(lambda: self.shows(selector), selector)

    def click(self, selector, text='', optional=False):
        script = CLICK % (json.dumps(selector), json.dumps(text))
        if optional:
            self.evaluate(script)
        else:
            self._until(lambda: self.evaluate(script), f"{selector} {text}")
        time.sleep(0.5)

    def picture(self, path):
        time.sleep(1.5)  # pictures of articles, animations
        path.write_bytes(base64.b64decode(self.send('Page.captureScreenshot', format='png')['data']))
        print(path, flush=True)
