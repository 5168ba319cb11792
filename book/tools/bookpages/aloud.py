"""What a screen reader needs and eyes do not: what is code, what came out, what is a claim."""

NEEDS = {
    # a heading's own link would be read as a part of its name
    '<a class="headerlink"': '<a aria-hidden="true" tabindex="-1" class="headerlink"',
    'class="cell_input ': 'role="group" aria-label="Code" class="cell_input ',
    'class="cell_output ': 'role="group" aria-label="Output" class="cell_output ',
    '<span aria-hidden="true">✓</span>': '<span aria-hidden="true">✓</span>'
    '<span class="visually-hidden">Checked claim: </span>',
}


def read_aloud(app, pagename, templatename, context, doctree):
    """Say in words, on each page, what others see."""
    for seen, said in NEEDS.items():
        if "body" in context:
            context["body"] = context["body"].replace(seen, said)
