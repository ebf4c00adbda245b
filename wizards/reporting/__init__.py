from . import recovery_audit_pack_wizard
from . import recovery_removal_wizard
from . import recovery_sample_wizard
