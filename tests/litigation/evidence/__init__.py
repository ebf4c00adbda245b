from . import test_bundle
from . import test_bundle_files
from . import test_case_document
from . import test_document_pages
from . import test_document_parties
from . import test_exhibit
