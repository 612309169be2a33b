"""What a writer may get wrong, one at a time, and what the writer is then told."""

MENTOR = "roles/mentor.md"
SPONSOR = "roles/sponsor.md"
GREETING = "boundaries/greeting.md"
CRISIS = "boundaries/crisis.md"
STUDY = "sources/alpha-study.yaml"
CONTACTS = "contacts.yaml"
SMALL_WORDS = "small-words.yaml"
FOLLOW_UPS = "follow-ups.yaml"
ROLE_FINDER = "tools/role-finder.yaml"
NEXT_STEP = "tools/next-step.yaml"

# The first and the last statement of the page on mentors, at 19:1 and 26:1.
FIRST = "A mentor shares experience. [@beta-guide, f2]"
LAST = "Amina shows Tom how rounds are run. [@coach]"

SECTION = "## Words {#definition}\nA mentor talks. [@coach]\n"
ANOTHER_KIND = """---
title: Mentor
group: roles
roles: []
level: both
summary: Shares experience.
related: []
reviewed: 2026-11-01
questions:
  reflection: ["what is a mentor"]
---
## What a mentor does {#reflection}
A mentor shares experience. [@coach]
"""

OUTSIDE = """      outside:
        says: I am outside
        roles:
          sponsor: {weight: -2, why: "**Mind:** You are outside. [@coach]"}
"""

QUOTE = "; put text that holds a colon, a quote or a bracket between double quotes"
ALIAS = "an alias (*name) is not allowed; write the value out"
GUIDE = "; add it (see the writers' guide, knowledge/README.md)"
OPEN = "no front matter; open the file with a line `---`, the fields, and another line `---`"
HEADING = "a heading must read `## What it is about {#id}`, with two hashes and an id"
EARLY = "text before the first section; put it under a `## heading {#id}`"
READ = "must read `@source-id, f1`, or `@coach` alone"
UNCITED = "a statement without a citation; end it with [@source-id, fact-id] or [@coach]"
PLAIN = "a statement holds plain text and one bold label; remove the "
MEND = "; mend the value"
RENEW = "; check the number with its owner, then set `reviewed` and `expires`"
FORMAT = " is not part of the format; use sentences or a list"
SAY = "; say it another way"
NO_FACT = " claims a fact, and [@coach] has none; cite a source or say it without"
SAME = "remove or reword one"
FITS = "keep it where it fits best"
MISSING = "1:1: the file is missing; restore it from the repository's history"
ROLES = "'sponsor', 'mentor', 'coach', 'advocate' or 'challenger'"
GROUPS = "'foundations', 'roles', 'distinctions', 'situations', 'differences', 'organisation' or 'boundaries'"
CONTACT_KINDS = "'emergency', 'crisis-line', 'eap', 'hr', 'ombuds', 'union' or 'legal-advice'"
FOLLOW_UPS_ASK_FOR = (
    "'definition', 'comparison', 'how-to', 'what-to-say', 'example', 'pitfall', 'evidence', 'measure', "
    "'reflection', 'more', 'shorter', 'explain', 'another', 'back', 'boss', 'manager', 'junior' or 'own'"
)

# name, what stands on the page on mentors, what is written there instead, where the fault is, and what it is.
YAML = [
    (
        "a colon in plain text",
        "summary: Shares",
        "summary: It: Shares",
        "6:12",
        "mapping values are not allowed in this context",
    ),
    (
        "a quote that never ends",
        '"what is a mentor"',
        '"what is a mentor',
        "13:8",
        "did not find expected '-' indicator",
    ),
    ("a bracket that never ends", "[sponsor]", "[sponsor", "8:9", "did not find expected ',' or ']'"),
    ("a tab", '    - "what is', '\t- "what is', "11:1", "found character that cannot start any token"),
    ("a field out of line", "level: ", "  level: ", "5:3", "did not find expected key"),
    ("a control character", "experience and", "expérience\x07 and", "6:27", "control characters are not allowed"),
    ("an unknown tag", "title: ", "title: !it ", "2:8", "could not determine a constructor for the tag '!it'"),
    (
        "a merged field",
        "title: ",
        "<<: ",
        "2:1",
        "could not determine a constructor for the tag 'tag:yaml.org,2002:merge'",
    ),
]

# name, the last paragraph of the page on mentors, the fault in it.
BODY = [
    ("a link", "See [this page](https://example.org). [@coach]", f"26:1: {PLAIN}link"),
    ("an address in angle brackets", "See <https://example.org>. [@coach]", f"26:1: {PLAIN}link"),
    ("a picture", "See ![a ship](ship.png). [@coach]", f"26:1: {PLAIN}picture"),
    ("code in a sentence", "Say `hello`. [@coach]", f"26:1: {PLAIN}code"),
    ("italics", "Say *hello*. [@coach]", f"26:1: {PLAIN}italics"),
    ("bold in mid-sentence", "Say **hello**. [@coach]", f"26:1: {PLAIN}bold"),
    ("a line break", "Say hello.  \nSay goodbye. [@coach]", f"26:1: {PLAIN}line break"),
    ("HTML in a sentence", "Say <b>hello</b>. [@coach]", f"26:1: {PLAIN}HTML"),
    ("fenced code", "```\nSay hello. [@coach]\n```", f"26:1: a code block{FORMAT}"),
    ("indented code", "    Say hello. [@coach]", f"26:1: a code block{FORMAT}"),
    ("a quotation", "> Say hello. [@coach]", f"26:1: a quotation{FORMAT}"),
    ("a table", "| say |\n|---|\n| hello [@coach] |", f"26:1: a table{FORMAT}"),
    ("a block of HTML", "<div>\nSay hello. [@coach]\n</div>", f"26:1: a piece of HTML{FORMAT}"),
    ("a comment", f"<!-- Say hello. -->\n\n{LAST}", f"26:1: a piece of HTML{FORMAT}"),
    ("a numbered list", "1. Say hello. [@coach]", f"26:1: a numbered list{FORMAT}"),
    ("a rule", f"{LAST}\n\n***", f"28:1: a rule{FORMAT}"),
    ("an address kept for later", f"{LAST}\n\n[page]: https://example.org", f"28:1: {UNCITED}"),
    ("no citation", "Amina shows Tom how rounds are run.", f"26:1: {UNCITED}"),
    ("words behind the last citation", f"{LAST} And more.", f"26:46: {UNCITED}"),
    ("a citation in round brackets", "Amina shows Tom. (@coach)", f"26:1: {UNCITED}"),
    (
        "no sentence between two citations",
        f"{LAST} [@coach]",
        "26:46: a citation with no sentence before it; join it to the one before with `;`",
    ),
    ("a citation in capitals", "Tom learns. [@Beta-Guide, f2]", f"26:14: citation '@Beta-Guide, f2' {READ}"),
    (
        "a comma for a semicolon",
        "Tom learns. [@beta-guide, f2, @coach]",
        f"26:14: citation '@beta-guide, f2, @coach' {READ}",
    ),
    ("nothing behind a semicolon", "Tom learns. [@coach;]", f"26:21: citation '' {READ}"),
    ("the editors with a fact", "Tom learns. [@coach, f1]", f"26:14: citation '@coach, f1' {READ}"),
    ("a source without a fact", "Tom learns. [@beta-guide]", f"26:14: citation '@beta-guide' {READ}"),
    ("the second of two citations", "Tom learns. [@beta-guide, f2; coach]", f"26:31: citation 'coach' {READ}"),
    ("a citation over two lines", "Tom\nlearns. [@coach,\nf1]", f"27:10: citation '@coach, f1' {READ}"),
    (
        "an unknown source",
        "Tom learns. [@beta-gide, f2]",
        "26:1: unknown source 'beta-gide'; did you mean 'beta-guide'?",
    ),
    ("a source like no other", "Tom learns. [@zzz, f2]", "26:1: unknown source 'zzz'; mend the name or add the file"),
    ("an unknown fact", "Tom learns. [@beta-guide, f3]", "26:1: source 'beta-guide' has no fact 'f3'; it has f1, f2"),
    ("a number of the editors' own", "Tom has 7 mentors. [@coach]", f"26:1: '7'{NO_FACT}"),
    ("a year of the editors' own", "Tom began in 2019. [@coach]", f"26:1: '2019'{NO_FACT}"),
    (
        "research without a source",
        "Tom learns. [@beta-guide, f2] Research \n shows  it. [@coach]",
        f"26:31: 'Research shows'{NO_FACT}",
    ),
    ("most people, without a source", "Most  people like mentors. [@coach]", f"26:1: 'Most people'{NO_FACT}"),
    ("statistics without a source", "Look at the statistics. [@coach]", f"26:1: 'statistics'{NO_FACT}"),
    (
        "a reader called an ally",
        "As an ally, you learn. [@coach]",
        "26:1: the coach never says 'As an ally, you'" + SAY,
    ),
    (
        "a reader called an ally in a source's words",
        "- **Plain:** You’re an ally. [@beta-guide, f2]",
        "26:3: the coach never says 'You're an ally'" + SAY,
    ),
    ("praise for asking", "Great question: ask Tom. [@coach]", "26:1: the coach never says 'Great question'" + SAY),
    (
        "a statement twice on a page",
        "A mentor  SHARES experience. [@coach]",
        f"26:1: the same statement stands at mentor#definition; {SAME}",
    ),
    (
        "a statement twice in a section",
        f"{LAST}\n{LAST}",
        f"27:1: the same statement stands at mentor#example; {SAME}",
    ),
]

# name, file, what stands in it (None: all of it), what is written there instead, the faults in that file.
FILES = [
    ("a key twice", MENTOR, "level: ", "title: Guide\nlevel: ", "5:1: field 'title' is given twice; keep one"),
    ("a key twice, below", MENTOR, "  example:", "  how-to:", "15:3: field 'how-to' is given twice; keep one"),
    ("a list for a key", MENTOR, "title: ", "? [title]\n: ", "2:3: a field's name must be a word"),
    ("an alias", MENTOR, "[mentor]\nlevel: individual", "&all [mentor]\nlevel: *all", f"5:1: {ALIAS}"),
    ("an alias in a list", MENTOR, "roles: [mentor]", "roles: [&one mentor, *one]", f"4:1: {ALIAS}"),
    ("two documents", STUDY, "evidence: ", "---\nevidence: ", f"11:1: broken YAML, but found another document{QUOTE}"),
    ("no front matter", MENTOR, None, SECTION, f"1:1: {OPEN}"),
    ("an unclosed front matter", MENTOR, '"\n---\n', '"\n', f"1:1: a rule{FORMAT}", f"1:1: {OPEN}", f"2:1: {EARLY}"),
    ("an empty front matter", MENTOR, None, f"---\n---\n{SECTION}", "2:1: no fields found; write `name: value` lines"),
    (
        "a list for fields",
        MENTOR,
        None,
        f"---\n- title\n---\n{SECTION}",
        "2:1: no fields found; write `name: value` lines",
    ),
    ("an empty page", MENTOR, None, "", f"1:1: {OPEN}"),
    ("an empty source", STUDY, None, "", "1:1: no fields found; write `name: value` lines"),
    (
        "an unknown field",
        MENTOR,
        "roles: [",
        "intnt: plan\nroles: [",
        "4:1: unknown field 'intnt'; did you mean 'intent'?",
    ),
    ("a field like no other", MENTOR, "roles: [", "xyz: 1\nroles: [", "4:1: unknown field 'xyz'; remove it"),
    (
        "an unknown field, below",
        CONTACTS,
        " phone:",
        " phon:",
        "7:5: unknown field 'contacts.0.phon'; did you mean 'phone'?",
    ),
    (
        "questions in boundaries",
        GREETING,
        "route: ",
        "questions: {}\nroute: ",
        "9:1: unknown field 'questions'; remove it",
    ),
    ("a missing field", MENTOR, "level: individual\n", "", f"2:1: missing field 'level'{GUIDE}"),
    (
        "a missing field, below",
        STUDY,
        "    says: Influence moved careers in the made-up study.\n",
        "",
        f"14:3: missing field 'facts.f1.says'{GUIDE}",
    ),
    (
        "text for a list",
        MENTOR,
        "roles: [mentor]",
        "roles: mentor",
        "4:1: field 'roles': input should be a valid list" + MEND,
    ),
    (
        "a number for text",
        MENTOR,
        "title: Mentor",
        "title: 5",
        "2:1: field 'title': input should be a valid string" + MEND,
    ),
    (
        "a title of spaces",
        MENTOR,
        "title: Mentor",
        'title: " "',
        r"2:1: field 'title': string should match pattern '\S'" + MEND,
    ),
    (
        "an unknown role",
        MENTOR,
        "[mentor]",
        "[coach, guru]",
        f"4:16: field 'roles.1': input should be {ROLES}" + MEND,
    ),
    (
        "a date that is none",
        MENTOR,
        "2026-11-01",
        "2026-13-01",
        "8:11: '2026-13-01' cannot be read (month must be in 1..12); mend it or put it between double quotes",
    ),
    (
        "a date in words",
        MENTOR,
        "2026-11-01",
        "last week",
        "8:1: field 'reviewed': input should be a valid date or datetime, input is too short" + MEND,
    ),
    (
        "an unknown intent",
        MENTOR,
        "related:",
        "intent: how-to\nrelated:",
        "7:1: field 'intent': input should be 'choose-role', 'plan' or 'get-help'" + MEND,
    ),
    (
        "an id with spaces",
        MENTOR,
        "  how-to:",
        "  how to:",
        "12:3: field 'questions.how to': string should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$'" + MEND,
    ),
    (
        "an address that is none",
        STUDY,
        "https://",
        "",
        r"10:1: field 'URL': string should match pattern '^(https?://\S+)?$'" + MEND,
    ),
    (
        "a fact id that is none",
        STUDY,
        "  f2:",
        "  fact2:",
        "17:3: field 'facts.fact2': string should match pattern '^f[0-9]+$'" + MEND,
    ),
    (
        "a phone that is none",
        CONTACTS,
        '"555 0100"',
        '"call us"',
        r"7:5: field 'contacts.0.phone': string should match pattern '^\+?[0-9][0-9 ]*$|^$'" + MEND,
    ),
    (
        "an unknown reply",
        GREETING,
        "reply: smalltalk",
        "reply: answer",
        "10:1: field 'reply': input should be 'clarify', 'escalate', 'decline' or 'smalltalk'" + MEND,
    ),
    (
        "an unknown kind of contact",
        CRISIS,
        "emergency]",
        "police]",
        f"11:25: field 'contacts.1': input should be {CONTACT_KINDS}" + MEND,
    ),
    (
        "a line without its title",
        SMALL_WORDS,
        "About: {title}",
        "About it",
        r"6:1: field 'page_question': string should match pattern '\{title\}'" + MEND,
    ),
    (
        "an unknown follow-up",
        FOLLOW_UPS,
        "  example:",
        "  proof:",
        f"2:3: field 'follow_ups.proof': input should be {FOLLOW_UPS_ASK_FOR}" + MEND,
    ),
    (
        "an unknown kind of section",
        MENTOR,
        "{#example}",
        "{#exmaple}",
        "25:27: unknown section kind 'exmaple'; did you mean 'example'?",
    ),
    (
        "a kind like no other",
        MENTOR,
        "{#example}",
        "{#tom .zzz}",
        "25:27: unknown section kind 'zzz'; name one, as in {#tom .how-to}",
    ),
    ("a heading without id", MENTOR, " {#example}", "", f"25:1: {HEADING}"),
    ("a first heading without id", MENTOR, " {#definition}", "", f"18:1: {HEADING}"),
    ("one hash", MENTOR, "## A mentor at", "# A mentor at", f"25:1: {HEADING}"),
    ("three hashes", MENTOR, "## A mentor at", "### A mentor at", f"25:1: {HEADING}"),
    ("an id in capitals", MENTOR, "{#example}", "{#Example}", f"25:1: {HEADING}"),
    (
        "a section id twice",
        MENTOR,
        "{#example}",
        "{#how-to}",
        "25:1: section id 'how-to' is used twice; give one of them another id",
    ),
    ("an empty section", MENTOR, LAST, "", "25:1: section 'example' is empty; write it or remove it"),
    ("text before the first section", MENTOR, "---\n## What", f"---\n{LAST}\n\n## What", f"18:1: {EARLY}"),
    (
        "the wrong group",
        MENTOR,
        "group: roles",
        "group: situations",
        "3:1: group 'situations', but the file lies in 'roles'",
    ),
    (
        "an unknown group",
        MENTOR,
        "group: roles",
        "group: role",
        f"3:1: field 'group': input should be {GROUPS}" + MEND,
    ),
    (
        "the wrong group in boundaries",
        GREETING,
        "group: boundaries",
        "group: roles",
        "3:1: field 'group': input should be 'boundaries'" + MEND,
    ),
    (
        "the wrong route",
        GREETING,
        "route: greeting",
        "route: hello",
        "9:1: route 'hello' must be the file's name, 'greeting'",
    ),
    (
        "an unknown related page",
        MENTOR,
        "related: [",
        "related: [sponsr, ",
        "7:11: unknown page 'sponsr'; did you mean 'sponsor'?",
    ),
    (
        "an unknown route of lookalikes",
        CRISIS,
        "  answer:",
        "  off-topc:",
        "20:3: unknown route 'off-topc'; did you mean 'off-topic'?",
    ),
    (
        "a page for a route of lookalikes",
        CRISIS,
        "  answer:",
        "  sponsor:",
        "20:3: the page 'sponsor' is no route; write 'answer' for what the pages answer",
    ),
    (
        "missing sections",
        MENTOR,
        None,
        ANOTHER_KIND,
        "2:1: missing section 'definition'; add `## Heading {#definition}` with what it should say",
        "2:1: missing section 'how-to'; add `## Heading {#how-to}` with what it should say",
    ),
    (
        "a section without questions",
        MENTOR,
        '  example:\n    - "example of mentoring at a hospital"\n',
        "",
        "9:1: section 'example' has no questions; add some under `questions:`",
    ),
    (
        "questions for no section",
        MENTOR,
        "  example:",
        "  exampel:",
        "9:1: section 'example' has no questions; add some under `questions:`",
        "15:3: questions for a section 'exampel' that is not there; did you mean 'example'?",
    ),
    (
        "a question twice on a page",
        MENTOR,
        '"first steps for mentors"',
        '"What is  a mentor"',
        "14:7: question also stands at mentor#definition; keep it where it fits best",
    ),
    (
        "a question on two pages",
        SPONSOR,
        '"what is a sponsor"',
        '" WHAT is a mentor"',
        "11:7: question also stands at mentor#definition; keep it where it fits best",
    ),
    (
        "an example that is a page's question",
        GREETING,
        '"hey"',
        '"What is a mentor"',
        f"16:5: example also stands at mentor#definition; {FITS}",
    ),
    (
        "an example in two places",
        GREETING,
        '"hey"',
        '"i want to DIE"',
        f"16:5: example also stands at crisis, examples; {FITS}",
    ),
    (
        "a look-alike that is an example",
        CRISIS,
        '"this deadline is killing me, how do I mentor through it"',
        '"i want to die"',
        f"21:7: look-alike also stands at crisis, examples; {FITS}",
    ),
    (
        "a follow-up that is an example",
        FOLLOW_UPS,
        '"tell me more"',
        '"hello"',
        f"14:7: follow-up also stands at greeting, examples; {FITS}",
    ),
    (
        "a follow-up in two places",
        FOLLOW_UPS,
        '"tell me more"',
        '"why"',
        f"14:7: follow-up also stands at the follow-ups, evidence; {FITS}",
    ),
    (
        "a statement on two pages",
        SPONSOR,
        "That is more than advice.",
        "Amina shows Tom how rounds are run.",
        f"29:1: the same statement stands at mentor#example; {SAME}",
    ),
    (
        "a kind of contact that nobody is",
        GREETING,
        "contacts: []",
        "contacts: [hr, union]",
        "11:16: contacts.yaml has no contact of the kind 'union'; add one there or remove the kind here",
    ),
    (
        "an expired crisis line",
        CONTACTS,
        "expires: 2027-11-01",
        "expires: 2026-11-21",
        "2:5: crisis line 'line' expired on 2026-11-21" + RENEW,
    ),
    (
        "a contact id twice",
        CONTACTS,
        "id: hr",
        "id: line",
        "2:5: contact id 'line' is used twice; rename one",
        "21:5: contact id 'line' is used twice; rename one",
    ),
    (
        "an unknown source of a contact",
        CONTACTS,
        "@gamma-line",
        "@gama-line",
        "2:5: unknown source 'gama-line'; did you mean 'gamma-line'?",
    ),
    (
        "an unknown fact of a contact",
        CONTACTS,
        "@gamma-line, f1",
        "@gamma-line, f4",
        "2:5: source 'gamma-line' has no fact 'f4'; it has f1",
    ),
    (
        "an unknown starter",
        SMALL_WORDS,
        "sponsor#how-to",
        "sponsor#howto",
        "7:12: unknown passage 'sponsor#howto' among the starters; did you mean 'sponsor#how-to'?",
    ),
    ("no role finder", ROLE_FINDER, None, None, MISSING),
    ("no next step", NEXT_STEP, None, None, MISSING),
    (
        "a role that is none",
        ROLE_FINDER,
        "mentor: {",
        "friend: {",
        f"23:11: field 'questions.wish.answers.advice.roles.friend': input should be {ROLES}{MEND}",
    ),
    (
        "a weight that is no number",
        ROLE_FINDER,
        "weight: 4",
        "weight: a lot",
        "23:20: field 'questions.wish.answers.advice.roles.mentor.weight': input "
        f"should be a valid integer, unable to parse string as an integer{MEND}",
    ),
    (
        "a question with one answer",
        ROLE_FINDER,
        OUTSIDE,
        "",
        f"30:5: field 'questions.room.answers': dictionary should have at least 2 items after validation, not 1{MEND}",
    ),
    (
        "a field of an answer that is none",
        ROLE_FINDER,
        "says: Advice",
        "say: Advice",
        f"20:7: missing field 'questions.wish.answers.advice.says'{GUIDE}",
        "21:9: unknown field 'questions.wish.answers.advice.say'; did you mean 'says'?",
    ),
    (
        "a reason without a citation",
        ROLE_FINDER,
        "They want advice. [@beta-guide, f2]",
        "They want advice.",
        f"23:31: {UNCITED}",
    ),
    (
        "a heading in an answer",
        ROLE_FINDER,
        '"Nobody has asked them yet. [@coach]"',
        r'"Nobody has asked them yet. [@coach]\n\n## Words {#example}\nMore words. [@coach]"',
        "14:11: a heading cannot stand in this text; remove it",
    ),
    (
        "a reason with an unknown source",
        ROLE_FINDER,
        "@beta-guide, f2",
        "@beta-gide, f2",
        "23:31: unknown source 'beta-gide'; did you mean 'beta-guide'?",
    ),
    (
        "a reason that claims a fact",
        ROLE_FINDER,
        "Nobody has asked them yet.",
        "Nobody asks 9 of them.",
        f"14:11: '9'{NO_FACT}",
    ),
    (
        "a reason that stands elsewhere",
        ROLE_FINDER,
        "Nobody has asked them yet. [@coach]",
        FIRST,
        f"14:11: the same statement stands at mentor#definition; {SAME}",
    ),
    (
        "an unknown deciding question",
        ROLE_FINDER,
        "decides: wish",
        "decides: wishes",
        "1:1: unknown question 'wishes'; did you mean 'wish'?",
    ),
    (
        "a deciding answer for no role",
        ROLE_FINDER,
        "weight: 4",
        "weight: 0",
        "20:7: 'wish' decides, so 'advice' must speak for a role; give one a weight above 0",
    ),
    (
        "a role without a page",
        ROLE_FINDER,
        "mentor: {",
        "coach: {",
        "23:11: there is no page 'coach' that says what this role is",
    ),
    (
        "a passage without a first step",
        ROLE_FINDER,
        "step: sponsor#how-to",
        "step: sponsor#pitfall",
        "15:11: 'sponsor#pitfall' has no step that takes ten seconds; add a list item `**In ten seconds:**` there",
    ),
    (
        "an unknown passage of a tool",
        NEXT_STEP,
        "opens: sponsor#definition",
        "opens: sponsor#defintion",
        "1:1: unknown passage 'sponsor#defintion'; did you mean 'sponsor#definition'?",
    ),
    (
        "an unknown passage to go on with",
        NEXT_STEP,
        "[sponsor#what-to-say]",
        "[sponsor#what-to-sing]",
        "14:12: unknown passage 'sponsor#what-to-sing'; did you mean 'sponsor#what-to-say'?",
    ),
    (
        "a heading without the title",
        ROLE_FINDER,
        '"If they want it: {title}"',
        "If they want it",
        "16:11: field 'questions.asked.answers.not-yet.opening.then': string should match "
        "pattern '\\{title\\}'; mend the value",
    ),
    (
        "a tool's contact of no kind in the list",
        NEXT_STEP,
        "contacts: [hr]",
        "contacts: [union]",
        "15:16: contacts.yaml has no contact of the kind 'union'; add one there or remove the kind here",
    ),
    ("no contacts", CONTACTS, None, None, MISSING),
    ("no small words", SMALL_WORDS, None, None, MISSING),
    ("no follow-ups", FOLLOW_UPS, None, None, MISSING),
]


def corpus():
    """Every case as (name, file, what stands there, what is written instead, the faults in that file)."""
    for name, old, new, place, problem in YAML:
        yield f"YAML, {name}", MENTOR, old, new, [f"{place}: broken YAML, {problem}{QUOTE}"]
    for name, text, fault in BODY:
        yield f"body, {name}", MENTOR, LAST, text, [fault]
    for name, file, old, new, *faults in FILES:
        yield name, file, old, new, faults
