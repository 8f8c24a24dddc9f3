"""Reference client of the partner interface of Membership Loyalty: the standard library of Python only.

    loyalty = Loyalty('https://shop.example.com', 'mlk_...')
    member = loyalty.lookup('8000004212345')
    loyalty.earn('T-1', '8000004212345', points='250')
    loyalty.redeem('T-2', '8000004212345', points='100')
    loyalty.reverse('T-3', 'T-2')

What may be lost on the way is the answer, not the booking: a request that got no answer is sent again with the same
Idempotency-Key, and is booked once. Read it and take what you need.
"""

import argparse
import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone

ROOT = '/loyalty/api/v1'
TRY_AGAIN = {429, 503}


class Problem(Exception):
    """The answer was no. Nothing was booked.

    code: for programmes, for instance BALANCE; reason: why an event was not booked, for instance E_BALANCE
    """

    def __init__(self, status, values):
        super().__init__(f"{status} {values.get('code')}: {values.get('detail')}")
        self.status, self.values = status, values
        self.code, self.reason = values.get('code'), values.get('reason')


class NoAnswer(Exception):
    """No answer came. Whether it was booked is told by `transaction`, or by sending it again later."""


class Loyalty:
    """One terminal.

    :param url: of the server, https://...
    :param key: as it was given to you: mlk_...
    :param signing_secret: of keys that sign their requests
    :param tries: how often a request is sent before it is given up
    :param database: name of the database, where the server has several and no host name tells which one
    """

    def __init__(self, url, key, signing_secret='', timeout=10, tries=5, database=''):
        self.url, self.key, self.signing_secret = url.rstrip('/'), key, signing_secret
        self.timeout, self.tries, self.database = timeout, tries, database

    # ------------------------------------------------------------------ what can be asked

    def ping(self):
        return self.call('POST', '/ping', {})

    def lookup(self, token):
        return self.call('POST', '/lookup', {'token': token})

    def balance(self, token):
        return self.call('GET', f'/balance/{quote(token)}')

    def earn(self, ext_txn_id, token, **values):
        """Give points: points='250', or what the programme gives for amount='99.90'."""
        return self.book('/earn', ext_txn_id, token=token, **values)

    def redeem(self, ext_txn_id, token, points, **values):
        return self.book('/redeem', ext_txn_id, token=token, points=points, **values)

    def reverse(self, ext_txn_id, original_ext_txn_id, **values):
        """Take back all that is left of a transaction, or points='40' of it."""
        return self.book('/reverse', ext_txn_id, original_ext_txn_id=original_ext_txn_id, **values)

    def spend(self, ext_txn_id, token, amount, **values):
        return self.book('/spend', ext_txn_id, token=token, amount=amount, **values)

    def transaction(self, ext_txn_id):
        """Return what became of a transaction, or None: then it was not booked."""
        try:
            return self.call('GET', f'/transactions/{quote(ext_txn_id)}')
        except Problem as problem:
            if problem.code == 'TRANSACTION_UNKNOWN':
                return None
            raise

    def statements(self):
        return self.call('GET', '/statements')['statements']

    def statement(self, name):
        return self.call('GET', f'/statements/{quote(name)}')

    def statement_file(self, file_id):
        """Return the bytes of a file that a statement names."""
        return self.call('GET', f'/statement-files/{quote(file_id)}', read=bytes)

    # ------------------------------------------------------------------ how it is sent

    def book(self, path, ext_txn_id, occurred_at=None, idempotency_key=None, **values):
        """Send an event.

        :param occurred_at: datetime with a time zone; by default now
        """
        moment = occurred_at or datetime.now(timezone.utc)
        if moment.tzinfo is None:
            raise ValueError("occurred_at needs a time zone: 12 o'clock is not the same moment everywhere")
        body = {'ext_txn_id': ext_txn_id, 'occurred_at': moment.isoformat(timespec='seconds'), **values}
        return self.call('POST', path, body, idempotency_key or str(uuid.uuid4()))

    def call(self, method, path, body=None, idempotency_key=None, read=json.loads):
        """Send a request until it is answered, each time with the same Idempotency-Key.

        :param read: function that makes of the bytes what is returned
        :raise Problem: when the answer is no
        :raise NoAnswer: when there was none
        """
        data = b'' if body is None else json.dumps(body).encode()
        for number in range(1, self.tries + 1):
            try:
                return read(self.send(method, ROOT + path, data, idempotency_key))
            except urllib.error.HTTPError as error:
                wait = self.seconds_to_wait(error)
                if wait is None or number == self.tries:
                    raise Problem(error.code, read_problem(error)) from None
            except (OSError, ValueError) as error:  # no connection, a time-out, half an answer
                if number == self.tries:
                    raise NoAnswer(str(error)) from error
                wait = 2 ** number / 4
            time.sleep(wait)
        raise NoAnswer("not sent")

    def send(self, method, path, data, idempotency_key):
        """Send once; return the body of the answer."""
        headers = {'Authorization': f'Bearer {self.key}', 'Accept': 'application/json'}
        if method == 'POST':
            headers['Content-Type'] = 'application/json'
        if idempotency_key:
            headers['Idempotency-Key'] = idempotency_key
        if self.database:
            headers['X-Odoo-Database'] = self.database
        if self.signing_secret:
            headers['X-Signature'] = self.sign(method, path, data)
        request = urllib.request.Request(self.url + path, data or None, headers, method=method)
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            return answer.read()

    def sign(self, method, path, data):
        moment = int(time.time())
        message = f'{moment}.{method}.{urllib.parse.unquote(path)}.{hashlib.sha256(data).hexdigest()}'
        return f't={moment},v1=' + hmac.new(
            self.signing_secret.encode(), message.encode(), hashlib.sha256).hexdigest()

    def seconds_to_wait(self, error):
        """Return how long to wait before sending again, or None when that would not help."""
        wait = error.headers.get('Retry-After')
        return int(wait or 1) if error.code in TRY_AGAIN or wait else None


def quote(text):
    return urllib.parse.quote(text, safe='')


def read_problem(error):
    try:
        return json.loads(error.read())
    except ValueError:  # a proxy on the way answers in its own words
        return {'code': 'ERROR', 'detail': error.reason}


def main():
    parser = argparse.ArgumentParser(description="Ask the partner interface; the key is in LOYALTY_KEY.")
    parser.add_argument('url')
    parser.add_argument('operation', choices=('ping', 'lookup', 'balance', 'transaction', 'statements', 'statement'))
    parser.add_argument('value', nargs='*')
    options = parser.parse_args()
    loyalty = Loyalty(options.url, os.environ['LOYALTY_KEY'])
    print(json.dumps(getattr(loyalty, options.operation)(*options.value), indent=2, ensure_ascii=False))


if __name__ == '__main__':
    main()
