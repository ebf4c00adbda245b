from . import recovery_file_item_type
from . import recovery_file_item
from . import recovery_debtor
from . import recovery_credit_check
from . import recovery_chronology
