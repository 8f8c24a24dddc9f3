"""Pure arithmetic of the till: no records, no database; the clock is an argument."""
