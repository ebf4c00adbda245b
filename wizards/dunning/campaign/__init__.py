from . import recovery_resume_wizard
from . import recovery_resume_wizard_line
from . import recovery_takeover_wizard
from . import recovery_takeover_wizard_step
from . import recovery_cancel_wizard
from . import recovery_cancel_text
from . import recovery_exclude_wizard
from . import recovery_notice_wizard
