from . import recovery_file_item_type
from . import recovery_file_item
from . import recovery_debtor
