from . import test_prescription
from . import test_prescription_alert
from . import test_prescription_evidence
