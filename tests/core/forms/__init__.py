"""Every call with a JSON body or none, in every form: how it is said, and the request that it must be.

The names are those of the API catalogue, so that `tests/judges/test_catalogue_forms.py` can compare the two.
"""

from __future__ import annotations

from typing import Final

from tests.core.forms.form import ID, QUOTED, Form
from tests.core.forms.of_agents import AGENTS
from tests.core.forms.of_dictionaries import DICTIONARIES, OTHERS
from tests.core.forms.of_training import TRAINING
from tests.core.forms.of_voices import VOICES

__all__ = ["FORMS", "ID", "QUOTED", "Form"]

FORMS: Final = {**VOICES, **DICTIONARIES, **TRAINING, **AGENTS, **OTHERS}
