"""English sentences to try a voice on: forty ordinary ones, and fifty of the kinds that Tacotron 2 fails at."""

from __future__ import annotations

ORDINARY = (
    "The kitchen window looks out over a small garden with two apple trees.",
    "She had never seen the harbour so quiet on a Saturday morning.",
    "Open the settings first, then choose the folder where your films are kept.",
    "Nobody knew why the lights had gone out.",
    "My brother works in a bakery, so he is always up before the sun.",
    "Is there another train to the coast tonight?",
    "We measured the table again, and this time it was too long.",
    "Please put the heavy box on the floor beside the door.",
    "The doctor said that a little rest would be enough.",
    "When the bell rang, the children ran across the yard.",
    "I would rather walk than wait another hour for the bus.",
    "In this lesson, you will learn how a bridge carries its own weight.",
    "What a strange colour for a front door!",
    "He folded the letter, slipped it into his coat, and said nothing.",
    "Fresh snow covered the roofs as far as one could see.",
    "The museum closes early on the first Monday of the month.",
    "You can change the volume later, so do not worry about it now.",
    "Her answer surprised everyone except her grandmother.",
    "Two birds were building a nest under the station roof.",
    "Could you tell me how this machine works?",
    "The soup needs more salt, and perhaps a spoon of cream.",
    "They painted the fence green, because blue was sold out.",
    "A narrow path leads from the village down to the lake.",
    "It was the first time that he had spoken in front of a crowd.",
    "The engine coughed twice and then ran smoothly.",
    "Most of the water on our planet is far too salty to drink.",
    "Take the second street on the left, just after the church.",
    "Why did you leave the party without your jacket?",
    "The old clock in the hall is always seven minutes late.",
    "After the storm, we found three chairs in the neighbour's pool.",
    "Good teachers listen more than they speak.",
    "The price of coffee has risen again this spring.",
    "Every evening, a grey cat waits for me on the stairs.",
    "We will now look at the same picture under a stronger light.",
    "He reads the paper from the last page to the first.",
    "The orchestra stopped, and somebody in the balcony laughed.",
    "Do not touch the surface until the paint is dry.",
    "Her voice was calm, but her hands were shaking.",
    "The ship carries grain, timber, and a very bored crew.",
    "Thank you for watching, and see you next week.",
)

HARD = (
    # a word or less
    "Yes.",
    "No!",
    "Why?",
    "Oh.",
    "Stop",
    "Rhythm.",
    "Unquestionably.",
    "I.",
    # odd punctuation
    "?!?!",
    "What?!?! Now?!?!",
    "Well... I mean... perhaps... never mind...",
    "Wait -- what -- who said that -- you?",
    "- Coming? - No. - Why not? - Because!",
    "(He paused (again), and (slowly) sat down.)",
    "One ; two ; three : four / five.",
    '"\'I said "no",\' she said," he said.',
    ",,, and so on ,,, and so forth ,,,",
    "Hello!!!!!!!!!!",
    "this line has no capital and no full stop and just ends on the",
    # repeats
    "No. No. No.",
    "No, no, no, no, no, no, no, no!",
    "Very, very, very, very, very good.",
    "Had he had had, where she had had had had, had had had had the approval.",
    "Go go go go go go go go.",
    "Left, right, left, right, left, right, left.",
    "Ha ha ha ha ha!",
    "Tick tock. Tick tock. Tick tock. Tick tock.",
    # tongue twisters and clusters
    "She sells sea shells, and the shells she sells are surely sea shells.",
    "The sixth sick sheikh's sixth sheep's sick.",
    "Truly rural rulers rarely rule rural juries.",
    "Twelfths, sixths and lengths: strengths of the angsty.",
    "Red lorry, yellow lorry, red lorry, yellow lorry.",
    # numbers
    "In 1984, 3,000,001 of 7.5 billion people paid $19.99 on 5/6.",
    "Call 555 0199, extension 42, before 7:45 p.m.",
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.",
    "It is -40 degrees, i.e. 0.0001 % of nothing.",
    "World War II ended 80 years after 1865.",
    # initialisms, letters, abbreviations
    "NASA, the FBI, the UN and the BBC met at MIT in the USA.",
    "A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P.",
    "Dr. J. R. Smith Jr. of St. John's St. vs. Mr. O'Neil, et al., etc.",
    "Spell it: w, w, w, dot, x, y, z.",
    "PLEASE DO NOT SHOUT AT THE WAITING PASSENGERS.",
    # chains of hyphens, long and foreign words
    "A never-before-seen, once-in-a-lifetime, take-it-or-leave-it, do-it-yourself offer.",
    "Antidisestablishmentarianism, floccinaucinihilipilification and pseudopseudohypoparathyroidism.",
    "A café in Zürich, a jalapeño, and a naïve façade.",
    # very long
    "When the last of the passengers had left the platform, and the guard had walked the whole length of the "
    "train, looking under every seat and behind every curtain, he found, in the very last compartment, a small "
    "brown suitcase without a label, which he carried to the office, where nobody had ever seen it, and where, as "
    "far as anybody knows, it is waiting for its owner still.",
    "this sentence has no comma and no other place to breathe and yet it goes on and on because whoever wrote it "
    "was in such a hurry to tell the whole story from the beginning to the end that there was simply no time to "
    "stop and think about where a reader or a listener or a machine might want to take a breath",
    "We saw the sea, the sand, the sun, the sky, the sails, the shore, the stones, the stars, the storm, the "
    "street, the stairs, the stage, the stall, the steam, the steel, the stick, the stove, the straw, the stream "
    "and the string.",
    "I know that you know that I know that you know that I know that you know that she does not know it, and that "
    "she knows that we know that, too.",
    "First came the rain. Then came the wind. Then the lights went out. Then the door flew open. Then a dog ran "
    "in. Then the dog ran out. Then the wind dropped. Then the rain stopped. Then it was quiet. Then, at last, we "
    "slept.",
)
