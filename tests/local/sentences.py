"""Two sets of 20 sentences that speech recognition is measured with: one to tune by, one held out."""

from __future__ import annotations

from typing import Final

TUNED: Final = (
    "We are going to the market before it closes.",
    "Please send the report to my manager by Friday.",
    "The train to the coast leaves at seven in the morning.",
    "I would like a table for two by the window.",
    "She has been working in this company for eleven years.",
    "Could you tell me where the nearest hospital is?",
    "The weather will be cold and wet until the end of the week.",
    "My brother bought a new car, but he never drives it.",
    "They decided to build the bridge in a different place.",
    "Nobody in the village could remember such a long winter.",
    "If you have any questions, please call our office.",
    "The children were playing in the garden all afternoon.",
    "He put the letter on the table and left the room.",
    "We need more time to find an answer to this problem.",
    "The doctor told him to drink less coffee and sleep more.",
    "Your order will arrive on Tuesday between nine and twelve.",
    "The price of bread has gone up again this month.",
    "I can hear the river from the kitchen of our house.",
    "There are too many people waiting in front of the bank.",
    "Thank you for your help, it made a great difference to us.",
)
HELD_OUT: Final = (
    "The meeting has been moved to Thursday afternoon.",
    "My sister is learning to play the piano.",
    "We found an old picture of the town in the library.",
    "Please turn off the lights when you leave the building.",
    "The government will publish the results next month.",
    "He was too tired to walk home after the game.",
    "How much does a ticket to the museum cost?",
    "The farmer sold his horses and moved to the city.",
    "I have never seen so many stars in the sky.",
    "You should change your password at least once a year.",
    "A strong wind was blowing from the north all night.",
    "The teacher asked them to write about their holiday.",
    "Our plane was late because of the snow.",
    "Most of the money was spent on food and clothes.",
    "She opened the door and looked down the empty street.",
    "The second half of the film was better than the first.",
    "Do not forget to bring a warm coat and good shoes.",
    "The hotel is a short walk from the central station.",
    "They have been friends since they were at school together.",
    "It takes about an hour to reach the top of the hill.",
)
