from . import recovery_review
from . import recovery_review_line
