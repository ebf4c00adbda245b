from . import recovery_sample_wizard
