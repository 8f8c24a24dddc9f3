"""The answers to "why am I in this tier?": whole sentences, one for each rule and measure, to be filled in."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MEASURE_NAMES = {
    'spend': _lt("Spending"),
    'visits': _lt("Visits"),
    'points': _lt("Tier points"),
    'top_up': _lt("One top-up"),
    'top_up_total': _lt("Top-ups in total"),
}

# Reached by purchases: to enter it, or to come back to it.
REACHED = {
    'spend': _lt("%(tier)s since %(since)s because %(figure)s was spent between %(first)s and %(last)s (%(tier)s "
                 "needs %(needed)s)."),
    'visits': _lt("%(tier)s since %(since)s because of %(figure)s visits between %(first)s and %(last)s (%(tier)s "
                  "needs %(needed)s)."),
    'points': _lt("%(tier)s since %(since)s because %(figure)s tier points were earned between %(first)s and %(last)s "
                  "(%(tier)s needs %(needed)s)."),
    'top_up': _lt("%(tier)s since %(since)s because of a top-up of %(figure)s between %(first)s and %(last)s (%(tier)s "
                  "needs %(needed)s)."),
    'top_up_total': _lt("%(tier)s since %(since)s because of top-ups of %(figure)s between %(first)s and %(last)s "
                        "(%(tier)s needs %(needed)s)."),
    'several': _lt("%(tier)s since %(since)s because of what was reached between %(first)s and %(last)s: %(facts)s."),
}
REACHED_EVER = _lt("%(tier)s since %(since)s because of all that was reached by %(last)s: %(facts)s.")
# A term is over and the former tier was not kept.
FALLEN = {
    'spend': _lt("%(tier)s since %(since)s because no more than %(figure)s was spent between %(first)s and %(last)s "
                 "(keeping %(old)s needs %(needed)s)."),
    'visits': _lt("%(tier)s since %(since)s because of no more than %(figure)s visits between %(first)s and %(last)s "
                  "(keeping %(old)s needs %(needed)s)."),
    'points': _lt("%(tier)s since %(since)s because no more than %(figure)s tier points were earned between %(first)s "
                  "and %(last)s (keeping %(old)s needs %(needed)s)."),
    'top_up': _lt("%(tier)s since %(since)s because the largest top-up between %(first)s and %(last)s was %(figure)s "
                  "(keeping %(old)s needs %(needed)s)."),
    'top_up_total': _lt("%(tier)s since %(since)s because the top-ups between %(first)s and %(last)s were %(figure)s "
                        "(keeping %(old)s needs %(needed)s)."),
    'several': _lt("%(tier)s since %(since)s because %(old)s was not kept by what was reached between %(first)s and "
                   "%(last)s: %(facts)s."),
}
FALLEN_SO = _lt("%(tier)s since %(since)s because the time in %(old)s was over.")
REFUNDED = _lt("%(tier)s since %(since)s because a purchase that led to %(old)s was taken back.")
ENROLLED = _lt("%(tier)s since %(since)s, as every new member.")
BY_HAND = _lt("%(tier)s since %(since)s, given by hand: %(reason)s.")
BY_HAND_UNTIL = _lt("%(tier)s since %(since)s, held by hand until %(until)s because: %(reason)s.")
PAID = _lt("%(tier)s since %(since)s because it was bought; paid until %(until)s.")
INVITED = _lt("%(tier)s since %(since)s by invitation.")
INVITED_UNTIL = _lt("%(tier)s since %(since)s by invitation, until %(until)s.")
OTHERWISE = _lt("%(tier)s since %(since)s: %(reason)s.")
KEPT = _lt("%(tier)s since %(since)s, and kept by purchases when the last term was over.")

HELD_UNTIL = _lt("Held until %(until)s.")
THEN_PURCHASES = _lt("After that, purchases decide.")
FACT = _lt("%(measure)s %(figure)s of %(needed)s")

# What is missing for the next tier.
MISSING = {
    'spend': _lt("%(missing)s more to be spent until %(next)s."),
    'visits': _lt("%(missing)s more visits until %(next)s."),
    'points': _lt("%(missing)s more tier points until %(next)s."),
    'top_up': _lt("A top-up of %(needed)s leads to %(next)s."),
    'top_up_total': _lt("%(missing)s more to be topped up until %(next)s."),
    'any': _lt("Still missing until %(next)s, any one of these: %(facts)s."),
    'all': _lt("Still missing until %(next)s: %(facts)s."),
    'some': _lt("Still missing until %(next)s, %(count)s of these: %(facts)s."),
}
MISSING_FACT = _lt("%(measure)s %(missing)s")


def say(env, sentence, values=None):
    """Return a sentence of this file in the language of the environment, filled in.

    :param values: dict of what the sentence names
    """
    # Not env._(): that is for literals, and these are looked up by rule and measure.
    text = sentence._translate(env.lang or 'en_US')
    return text % values if values else text
