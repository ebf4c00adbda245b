from . import recovery_exhibit
from . import recovery_exhibit_requirement
from . import recovery_bundle
from . import recovery_case_document_template
from . import recovery_case_document
from . import recovery_case
from . import recovery_chronology
from . import recovery_procedure_type
