from . import recovery_claim_statement_wizard
from . import recovery_case_letter
from . import recovery_case_close_wizard
from . import recovery_case_bulk_wizard
from . import recovery_case_regroup_wizard
from . import recovery_case_split_wizard
from . import recovery_case_takeover_wizard
from . import recovery_case_import
