from . import recovery_insolvency_claim_wizard
from . import recovery_insolvency_plan_wizard
