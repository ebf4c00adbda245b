from . import recovery_claim_statement_wizard
