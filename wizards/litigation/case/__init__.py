from . import recovery_claim_statement_wizard
from . import recovery_case_letter
