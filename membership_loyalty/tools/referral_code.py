"""Codes by which members recommend the programme: made from the account's number, stored nowhere.

A code tells nothing about the number of members, and a wrong letter is noticed.
"""

import hashlib
import hmac

ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'  # 32 signs, without 0 and O, 1 and I
LENGTH = 7  # signs of the account: up to 34 billion
CHECK = 3
_SIZE = 32 ** LENGTH


def _digest(secret, text):
    return int.from_bytes(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest(), 'big')


def _signs(number, length):
    signs = ''
    for _position in range(length):
        number, sign = divmod(number, 32)
        signs = ALPHABET[sign] + signs
    return signs


def _factor(secret):
    return _digest(secret, 'membership referral') % _SIZE | 1  # odd: can be undone


def encode(number, secret):
    """Return the code of an account.

    >>> encode(1, 'secret'), encode(2, 'secret')
    ('8EAAW-5XRED', 'ESJKS-9UF3Y')
    """
    body = _signs(number * _factor(secret) % _SIZE, LENGTH)
    code = body + _signs(_digest(secret, body), CHECK)
    return f'{code[:5]}-{code[5:]}'


def decode(code, secret):
    """Return the number of the account with this code, or None; case, spaces and dashes do not matter.

    >>> decode(' 8eaaw 5xred', 'secret'), decode('8EAAW-5XREE', 'secret'), decode('?', 'secret')
    (1, None, None)
    """
    signs = ''.join(sign for sign in (code or '').upper() if sign not in ' -')
    body, check = signs[:LENGTH], signs[LENGTH:]
    if len(signs) != LENGTH + CHECK or set(signs) - set(ALPHABET) or check != _signs(_digest(secret, body), CHECK):
        return None
    number = 0
    for sign in body:
        number = number * 32 + ALPHABET.index(sign)
    return number * pow(_factor(secret), -1, _SIZE) % _SIZE
