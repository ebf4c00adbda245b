from . import recovery_verdict_export
