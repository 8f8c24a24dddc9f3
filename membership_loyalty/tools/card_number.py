"""Card numbers: prefix, running number, random digits, check digit (Luhn, ISO/IEC 7812-1 annex B)."""

import secrets


def check_digit(digits):
    """Return the Luhn check digit of a string of digits.

    >>> check_digit('7992739871')
    '3'
    """
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_valid(number):
    """Tell whether a number made by `compose` was read without a slip of one digit or a swap of two neighbours.

    >>> is_valid('79927398713'), is_valid('79927398731'), is_valid(''), is_valid('12a4')
    (True, False, False, False)
    """
    return number.isascii() and number.isdigit() and len(number) > 1 and check_digit(number[:-1]) == number[-1]


def compose(prefix, running, running_digits, random_digits=0):
    """Return a new card number.

    :param prefix: digits every card of the programme begins with
    :param running: number of the card, from a sequence
    :param running_digits: width of the running number
    :param random_digits: how many digits nobody can guess

    >>> compose('8', 42, 7)
    '800000424'
    """
    noise = ''.join(secrets.choice('0123456789') for _digit in range(random_digits))
    body = f"{prefix or ''}{running:0{running_digits}d}{noise}"
    return body + check_digit(body)


def mask(number, shown=4):
    """Return a card number as it may be printed: all but the last digits hidden.

    >>> mask('8000004212345'), mask('123')
    ('•••••••••2345', '•••')
    """
    if len(number) <= shown:
        return '•' * len(number)
    return '•' * (len(number) - shown) + number[-shown:]
