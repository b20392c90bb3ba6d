"""What a new server has already: agents with calls that were held, as there is no call that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cartesia_local.store.agents import Agent, AgentCall, AgentMetric, Deployment, Metric, PhoneNumber, Turn
from cartesia_local.store.judging import judge

if TYPE_CHECKING:
    from cartesia_local.store.store import Store

FRONT_DESK: Final = "agent_front_desk"
WEATHER_LINE: Final = "agent_weather_line"
AGENT_VOICE: Final = "f786b574-daa5-4673-aa0c-cbe3e8534c02"
CALLER_VOICE: Final = "a0e99841-438c-4a64-b679-ae501e7d6091"
GAP_SECONDS: Final = 0.4
"""Between the turns of a call."""
_DAY: Final = "2026-01-0"
_CALLER: Final = "+12025550147"
_NUMBERS: Final = {FRONT_DESK: "+12025550112", WEATHER_LINE: "+12025550138"}
_OPENING: Final = ("assistant", "Good morning, this is the front desk. How can I help you?", 3.89)

# The last number of each line is how long the engine speaks it, measured: so the times fit the audio.
_TALKS: Final[dict[str, tuple[tuple[str, str, float], ...]]] = {
    "A table for two was booked.": (
        _OPENING,
        ("user", "Hello. I would like to book a table for two tonight.", 3.48),
        ("assistant", "Gladly. Would eight o'clock suit you?", 2.5),
        ("user", "Eight is perfect, thank you.", 2.08),
        ("assistant", "Your table is booked. Have a good day.", 2.67),
    ),
    "The caller asked for the opening hours.": (
        _OPENING,
        ("user", "When do you open on Sunday?", 1.84),
        ("assistant", "On Sunday we open at ten in the morning.", 2.49),
        ("user", "Thanks, goodbye.", 1.61),
    ),
    "A booking was cancelled.": (
        _OPENING,
        ("user", "I have to cancel my booking for tomorrow.", 2.49),
        ("assistant", "I have cancelled it. Shall I look for another day?", 3.36),
        ("user", "No, thank you.", 1.48),
    ),
    "The caller asked for the weather in Lisbon.": (
        ("assistant", "This is the weather line. Which town are you in?", 3.04),
        ("user", "I am in Lisbon.", 1.1),
        ("assistant", "Lisbon will be sunny today, with a light wind from the sea.", 3.6),
    ),
}


def plant(store: Store) -> None:
    """Fill the tables of a new server."""
    _plant_agent(store, FRONT_DESK, "Front desk", "Takes bookings for a restaurant.")
    _plant_agent(store, WEATHER_LINE, "Weather line", "Tells the weather.")
    for number, summary in enumerate(_TALKS, 1):
        agent = WEATHER_LINE if "weather" in summary else FRONT_DESK
        store.calls.add(_call(f"call_{number}", agent, summary, f"{_DAY}{number + 2}"))
    store.calls.add(_failed_call(f"{_DAY}8"))
    metric = Metric(
        id="metric_table_booked",
        name="table-booked",
        prompt="Is a table booked for tonight?",
        created_at=f"{_DAY}2T12:00:00Z",
        display_name="Table booked",
    )
    store.metrics.add(metric)
    store.agent_metrics.add(AgentMetric(id=use_id(FRONT_DESK, metric.id), agent_id=FRONT_DESK, metric_id=metric.id))
    for call in store.calls.all(FRONT_DESK):
        if call.status == "completed":
            result = judge(metric, call, ident=f"result_{call.id}", created_at=call.end_time)
            store.metric_results.add(result)


def use_id(agent_id: str, metric_id: str) -> str:
    """Name the use of a metric for an agent."""
    return f"{agent_id}/{metric_id}"


def _plant_agent(store: Store, ident: str, name: str, description: str) -> None:
    agent = Agent(
        id=ident,
        name=name,
        description=description,
        created_at=f"{_DAY}1T09:00:00Z",
        updated_at=f"{_DAY}1T09:00:00Z",
        tts_language="en",
        tts_voice=AGENT_VOICE,
        git_account="local",
        git_name=ident.removeprefix("agent_").replace("_", "-"),
        git_branch="main",
    )
    store.agents.add(agent)
    store.phone_numbers.add(
        PhoneNumber(
            id=ident.replace("agent", "number"),
            agent_id=ident,
            number=_NUMBERS[ident],
            created_at=agent.created_at,
            updated_at=agent.updated_at,
        )
    )
    store.deployments.add(_deployment(ident, 1, "build_error"))
    store.deployments.add(_deployment(ident, 2, "deployed"))


def _deployment(agent_id: str, number: int, status: str) -> Deployment:
    is_live = status == "deployed"
    end = "Built." if is_live else "The build failed: main.py was not found."
    return Deployment(
        id=f"deployment_{agent_id.removeprefix('agent_')}_{number}",
        agent_id=agent_id,
        status=status,
        is_live=is_live,
        is_pinned=False,
        commit=f"{number:040x}",
        build_logs=f"Building {agent_id}\n{end}\n",
        times=tuple(f"{_DAY}{number}T10:0{minute}:00Z" for minute in range(6)),
        build_error=None if is_live else end,
    )


def _call(ident: str, agent_id: str, summary: str, day: str) -> AgentCall:
    turns: list[Turn] = []
    at = GAP_SECONDS
    for role, text, seconds in _TALKS[summary]:
        turns.append(Turn(role=role, text=text, start=round(at, 2), end=round(at + seconds, 2)))
        at += seconds + GAP_SECONDS
    return AgentCall(
        id=ident,
        agent_id=agent_id,
        deployment_id=f"deployment_{agent_id.removeprefix('agent_')}_2",
        status="completed",
        start_time=f"{day}T15:00:00Z",
        end_time=f"{day}T15:00:{round(at):02}Z",
        summary=summary,
        from_number=_CALLER,
        to_number=_NUMBERS[agent_id],
        caller_voice=CALLER_VOICE,
        agent_voice=AGENT_VOICE,
        turns=tuple(turns),
    )


def _failed_call(day: str) -> AgentCall:
    return AgentCall(
        id="call_failed",
        agent_id=FRONT_DESK,
        deployment_id="deployment_front_desk_2",
        status="failed",
        start_time=f"{day}T15:00:00Z",
        end_time=f"{day}T15:00:00Z",
        summary="",
        from_number=_CALLER,
        to_number=_NUMBERS[FRONT_DESK],
        caller_voice=CALLER_VOICE,
        agent_voice=AGENT_VOICE,
        turns=(),
        error="The caller hung up before the agent answered.",
    )
