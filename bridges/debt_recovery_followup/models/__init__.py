from . import recovery_takeover
