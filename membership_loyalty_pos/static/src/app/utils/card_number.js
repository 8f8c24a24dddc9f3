/** What a member's card looks like to a scanner: its number with a check digit, or the token of its QR image. */

const TOKEN = /^[\w-]{22}$/;

/** Luhn's check (ISO/IEC 7812-1 annex B), as in membership_loyalty/tools/card_number.py. */
export function hasCheckDigit(code) {
    if (!/^\d{6,}$/.test(code)) {
        return false;
    }
    const total = [...code].reverse().reduce((sum, digit, index) => {
        const value = Number(digit) * (index % 2 ? 2 : 1);
        return sum + (value > 9 ? value - 9 : value);
    }, 0);
    return total % 10 === 0;
}

export function isCardCode(code) {
    return hasCheckDigit(code) || TOKEN.test(code);
}

/** The last digits of a masked number: what tells two cards of a family apart, and no more. */
export function shortNumber(masked) {
    return masked ? `•••• ${masked.slice(-4)}` : "";
}
