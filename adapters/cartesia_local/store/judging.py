"""What stands in for the model that judges calls: how many of a metric's words were said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cartesia_local.store.agents import MetricResult

if TYPE_CHECKING:
    from cartesia_local.store.agents import AgentCall, Metric

_WORD: Final = re.compile(r"\w{4,}")
_ENOUGH: Final = 0.5


def judge(metric: Metric, call: AgentCall, *, ident: str, created_at: str) -> MetricResult:
    """Judge a call: `value` is the share of the prompt's longer words that somebody says in it."""
    wanted = set(_WORD.findall(metric.prompt.casefold()))
    said = set(_WORD.findall(" ".join(turn.text for turn in call.turns).casefold()))
    share = len(wanted & said) / len(wanted) if wanted else 0.0
    return MetricResult(
        id=ident,
        metric_id=metric.id,
        metric_name=metric.name,
        agent_id=call.agent_id,
        call_id=call.id,
        deployment_id=call.deployment_id,
        created_at=created_at,
        result="yes" if share >= _ENOUGH else "no",
        summary=f"{len(wanted & said)} of the {len(wanted)} longer words of the prompt are said in this call.",
        value=round(share, 3),
    )
