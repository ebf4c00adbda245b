from . import recovery_agenda_entry
from . import recovery_assignment_wizard
from . import recovery_call_wizard
from . import recovery_contact_wizard
from . import recovery_free_reminder
from . import recovery_notice_wizard
from . import recovery_send_wizard
