"""The page of the models that run in the page, and its elements."""

PAGE = "book/live_models"
MODELS = {
    "digits-mlp": "dl-live", "lenet": "dl-live", "xor": "dl-xor", "dream": "dl-dream",
    "grid-detector": "dl-shapes", "translator": "dl-translate",
    "writer": "dl-write",
}  # fmt: skip


def started(site, visit, model):
    """The element of a model, started, on a page whose scripts do not fail meanwhile."""
    visited = visit().open(f"{site}/{PAGE}.html")
    yield ready(visited.tab, model)
    assert visited.errors == []


def press(element, name):
    element.get_by_role("button", name=name, exact=True).click()


def ready(tab, model):
    element = tab.locator(f"{MODELS.get(model, 'dl-live')}[model={model}]")
    element.scroll_into_view_if_needed()
    element.locator("xpath=self::*[@data-ready]").wait_for()
    return element
