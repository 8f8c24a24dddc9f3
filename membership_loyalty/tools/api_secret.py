"""Secrets of the partner interface: made once, shown once, kept as a digest only."""

import hashlib
import hmac
import re
import secrets

SECRET = re.compile(r'(mlk_[0-9a-f]{16})_[A-Za-z0-9_-]{43}')
SIGNATURE = re.compile(r't=(\d{1,12}),v1=([0-9a-f]{64})')
SIGNATURE_SECONDS = 300  # by which the clocks of a signed request may differ


def create():
    """Return (code, secret, digest) of a new key: the code finds it, the secret is told once, the digest is kept.

    >>> code, secret, digest_ = create()
    >>> split(secret) == (code, digest_), len(code), secret.startswith(f'{code}_')
    (True, 20, True)
    """
    code = f'mlk_{secrets.token_hex(8)}'
    secret = f'{code}_{secrets.token_urlsafe(32)}'
    return code, secret, digest(secret)


def digest(secret):
    """Return the SHA-256 of a secret: it has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def split(secret):
    """Return (code, digest) of what a client sends, or None when it is no key at all.

    >>> split('mlk_1234_x'), split('')
    (None, None)
    """
    match = SECRET.fullmatch(secret or '')
    return (match[1], digest(secret)) if match else None


def sign(signing_secret, moment, method, path, body):
    """Return the header X-Signature of a request.

    :param moment: seconds since 1970
    :param path: of the address, without host and query, decoded
    :param bytes body: as it is sent

    >>> header = sign('secret', 1700000000, 'POST', '/loyalty/api/v1/earn', b'{}')
    >>> is_signed(header, 'secret', 1700000200, 'POST', '/loyalty/api/v1/earn', b'{}')
    True
    >>> is_signed(header, 'secret', 1700000400, 'POST', '/loyalty/api/v1/earn', b'{}')
    False
    >>> is_signed(header, 'secret', 1700000200, 'POST', '/loyalty/api/v1/earn', b'{"points": "9"}')
    False
    >>> is_signed('', 'secret', 1700000200, 'POST', '/loyalty/api/v1/earn', b'{}')
    False
    """
    message = f'{moment}.{method}.{path}.{hashlib.sha256(body).hexdigest()}'
    signature = hmac.new(signing_secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return f't={moment},v1={signature}'


def is_signed(header, signing_secret, now, method, path, body):
    """Tell whether a request bears a signature that is right and fresh."""
    match = SIGNATURE.fullmatch(header or '')
    if not match or abs(now - int(match[1])) > SIGNATURE_SECONDS:
        return False
    return hmac.compare_digest(header, sign(signing_secret, int(match[1]), method, path, body))
