from . import recovery_demo
