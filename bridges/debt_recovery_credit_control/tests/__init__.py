from . import test_takeover
