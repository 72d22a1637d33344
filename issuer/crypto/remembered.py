"""The last results of a function that depends on its arguments alone, within bounds that hold for hostile ones too."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Remembered:
    """Calls `compute` once for arguments that come again soon. An error is not remembered, nor is a long result.

    Safe between threads: two that ask at once may both compute, and get equal bytes.
    """

    def __init__(self, compute: Callable[..., bytes], *, results: int, longest: int) -> None:
        self._compute = compute
        self._results = results
        self._longest = longest
        self._known: OrderedDict[tuple[Hashable, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *arguments: Hashable) -> bytes:
        with self._lock:
            if arguments in self._known:
                self._known.move_to_end(arguments)
                return self._known[arguments]
        result = self._compute(*arguments)
        if len(result) <= self._longest:
            with self._lock:
                self._known[arguments] = result
                if len(self._known) > self._results:
                    self._known.popitem(last=False)
        return result
