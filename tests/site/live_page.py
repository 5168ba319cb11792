"""The page of the models that run in the page, and its elements."""

PAGE = "book/live_models"
MODELS = {
    "digits-mlp": "dl-live", "lenet": "dl-live", "xor": "dl-xor", "dream": "dl-dream",
    "grid-detector": "dl-shapes", "translator": "dl-translate",
    "writer": "dl-write", "latent-plane": "dl-latent",
}  # fmt: skip


RENEW = """([tag, model]) => {
    const old = document.querySelector(`${tag}[model=${model}]`);
    if (!("ready" in old.dataset)) return;
    const fresh = document.createElement(tag);
    fresh.setAttribute("model", model);
    old.replaceWith(fresh);
}"""


def started(tab, model):
    """The element of a model, as it starts: a new one in its place if a test before had it."""
    tab.evaluate(RENEW, [MODELS[model], model])
    return ready(tab, model)


def press(element, name):
    element.get_by_role("button", name=name, exact=True).click()


def ready(tab, model):
    element = tab.locator(f"{MODELS.get(model, 'dl-live')}[model={model}]")
    element.scroll_into_view_if_needed()
    element.locator("xpath=self::*[@data-ready]").wait_for()
    return element
