from .common import RecoveryCommon, identify, make_companies, make_ground, make_siren
from . import test_core_frontiers
from . import test_deliveries_follow
from . import test_correspondence
from . import test_insolvency_course
from . import test_journal_seal
from . import test_kept_mails
from . import test_journal_words
from . import test_numbering
from . import test_placeholders
from . import test_removal
from . import test_retention
from . import test_sealing
from . import test_settings_trace
from . import test_setup_trace
from . import test_texts_are_no_programs
from . import test_table_import
from . import test_sentences
