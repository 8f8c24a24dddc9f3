"""Open the till as a cashier in a headless browser, serve a member, and keep a picture of each step.

Called by bin/screenshots: URL DATABASE LOGIN PASSWORD FOLDER WIDTHxHEIGHT [LANGUAGE], the browser in $BROWSER.
"""

import json
import os
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from browser import Browser


class Odoo:
    """The few calls that find the till, with the cashier's own rights."""

    def __init__(self, url, database, login, password):
        self.url, self.cookie = url.rstrip('/'), ''
        self.credentials = {'db': database, 'login': login, 'password': password}
        self.log_in()

    def log_in(self):
        self.user = self.call('/web/session/authenticate', **self.credentials)['uid']

    def call(self, path, **params):
        request = urllib.request.Request(
            self.url + path, json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}).encode(),
            {'Content-Type': 'application/json', 'Cookie': self.cookie})
        with urllib.request.urlopen(request, timeout=120) as reply:
            cookie = reply.headers.get('Set-Cookie')
            self.cookie = cookie.split(';')[0] if cookie and 'session_id' in cookie else self.cookie
            answer = json.load(reply)
        if 'error' in answer:
            raise SystemExit(f"error: {path}: {answer['error']['data']['message']}")
        return answer['result']

    def run(self, model, method, *args, **kwargs):
        return self.call('/web/dataset/call_kw', model=model, method=method, args=args, kwargs=kwargs)

    @contextmanager
    def speaking(self, language):
        """Let the cashier work in an installed language, and in the former one again afterwards; empty: no change."""
        [before] = self.run('res.users', 'read', [self.user], ['lang'])
        try:
            self.speak(language or before['lang'])
            yield
        finally:
            self.speak(before['lang'])

    def speak(self, language):
        self.run('res.users', 'write', [self.user], {'lang': language})
        self.log_in()  # the language is kept in the session

    def open_till(self):
        configs = self.run('pos.config', 'search_read', [], fields=['name', 'current_session_id'])
        if not configs:
            raise SystemExit("error: this database has no till; load the demonstration data first")
        config = next((config for config in configs if config['current_session_id']), configs[0])
        self.run('pos.config', 'open_ui', [config['id']])
        return f"{self.url}/pos/ui/{config['id']}"


def tell_the_story(browser, folder, suffix):
    browser.wait('.open-register-btn, .product-screen')
    browser.click('.open-register-btn', optional=True)
    browser.wait('.product-screen .product')
    browser.click('.modal .btn-primary', optional=True)  # opening control
    is_small = browser.evaluate("window.innerWidth < 768")
    for number in (1, 2, 3):
        browser.click(f'.product-list .product:nth-of-type({number})')
        browser.click('.modal .btn-close', optional=True)
    if is_small:
        browser.click('.btn-switchpane.review-button')
    browser.click('.set-partner')
    browser.wait('.partner-list .membership-tier')
    browser.picture(folder / f'till-partner-list{suffix}.png')
    browser.click('.partner-list .partner-info:has(.membership-tier)')
    browser.wait('.membership-strip')
    browser.picture(folder / f'till-member{suffix}.png')
    browser.click('.pay-order-button')
    browser.wait('.payment-screen .paymentmethod')
    if not browser.shows('.paymentline'):  # the only method is chosen by itself
        browser.click('.paymentmethod')
    browser.click('.payment-screen .validation-button.next')
    browser.wait('.receipt-screen')
    browser.wait('.pos-receipt')
    browser.evaluate("document.querySelector('.membership-receipt').scrollIntoView({block: 'center'})")
    browser.picture(folder / f'till-receipt{suffix}.png')


def main(url, database, login, password, folder, size, language=''):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    odoo = Odoo(url, database, login, password)
    suffix = f"-{language.partition('_')[0]}" if language else ''
    with odoo.speaking(language), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        till = odoo.open_till()
        browser = Browser(os.environ['BROWSER'], profile, [int(number) for number in size.split('x')])
        try:
            name, _sep, value = odoo.cookie.partition('=')
            browser.send('Network.setCookie', name=name, value=value, url=url)
            browser.send('Page.navigate', url=till)
            tell_the_story(browser, folder, suffix)
        finally:
            browser.process.terminate()
            browser.process.wait(timeout=20)


if __name__ == '__main__':
    main(*sys.argv[1:])
