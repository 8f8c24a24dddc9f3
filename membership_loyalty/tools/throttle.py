"""A brake for those who try card numbers at random."""


class Throttle:
    """Counts failures by key in a sliding window, in the memory of one worker: a brake, not an account.

    >>> brake = Throttle(limit=2, seconds=60)
    >>> brake.failed('till', now=0), brake.failed('till', now=1), brake.is_closed('till', now=2)
    (None, None, True)
    >>> brake.is_closed('other', now=2), brake.is_closed('till', now=61)
    (False, False)
    """

    def __init__(self, limit, seconds):
        self.limit = limit
        self.seconds = seconds
        self._failures = {}

    def failed(self, key, now):
        """Count a failure at a moment (seconds of a monotonic clock)."""
        self._failures[key] = [*self._recent(key, now), now][-self.limit:]

    def is_closed(self, key, now):
        return len(self._recent(key, now)) >= self.limit

    def _recent(self, key, now):
        return [moment for moment in self._failures.get(key, ()) if now - moment < self.seconds]
