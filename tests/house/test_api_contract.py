"""What the API answers is what its description says, whatever is sent (schemathesis)."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.signatures.served import served


DESCRIPTION = "/api/v1/openapi.json"
TOKEN = "jeton-d-essai-de-trente-deux-lettres"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
EXAMPLES = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
# No schema says the key of a SIRET, or that a rejection has its reason: what is valid may be refused.
UNSAID: list[Any] = [positive_data_acceptance]


@pytest.mark.slow
def test_nothing_sent_gets_an_answer_that_is_not_described(tmp_path: Path) -> None:
    (tmp_path / "trust").mkdir()
    with served(tmp_path, tmp_path / "trust", intake_token=TOKEN, bounce_token=TOKEN) as site:
        described = schemathesis.openapi.from_wsgi(DESCRIPTION, site.app)
        found = list(described.get_all_operations())
        operations = [each.ok() for each in found if isinstance(each, Ok)]
        assert len(operations) == len(found)
        assert len(operations) >= 3
        for operation in operations:

            @EXAMPLES
            @given(case=operation.as_strategy())
            def conforms(case: Case[Any]) -> None:
                case.call_and_validate(headers=HEADERS, excluded_checks=UNSAID)

            conforms()
