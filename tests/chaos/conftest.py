from tests.support.halls import backend, place

__all__ = ["backend", "place"]
