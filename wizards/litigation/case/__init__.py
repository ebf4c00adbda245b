from . import recovery_statement_wizard
