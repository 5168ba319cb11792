# Builds the book and serves it:  docker build -t book .  &&  docker run -p 8000:8000 book
# The first stage alone is the workshop of .devcontainer: all that `make test` needs.

FROM python:3.11-bookworm AS workshop
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        bubblewrap chromium epubcheck firefox-esr git make \
    && rm -rf /var/lib/apt/lists/*
# torch without NVIDIA's libraries; on a machine with a GPU: --build-arg PIP_EXTRA_INDEX_URL=
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
ENV PIP_EXTRA_INDEX_URL=$PIP_EXTRA_INDEX_URL

FROM workshop AS build
WORKDIR /book
COPY . .
RUN make book

FROM python:3.11-slim-bookworm
COPY --from=build /book/_build/html /site
EXPOSE 8000
USER nobody
CMD ["python", "-m", "http.server", "8000", "--directory", "/site"]
