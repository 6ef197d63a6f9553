# The image of the Onefold action: the base, one virtual environment with locked wheels, the entry point; no more.
#
# The tag names an exact Python and Debian. The digest is added at release (`FROM python:<tag>@sha256:<digest>`, see
# CONTRIBUTING.md, "Release"); from then on Dependabot moves tag and digest together.
FROM python:3.13.16-slim-trixie AS base

# Throw-away stage. It has pip and the build backend; the image gets neither.
FROM base AS build
WORKDIR /build
COPY requirements/build.txt requirements/runtime.txt ./requirements/
# Wheels only, each checked against the lock: no compiler is needed and no package's code runs.
# sarif-om names pbr and setuptools as requirements, which only its own packaging uses.
RUN python -m venv --without-pip /opt/onefold \
 && python -m venv --without-pip /build/backend \
 && pip --python /opt/onefold/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
        --requirement requirements/runtime.txt \
 && pip --python /build/backend/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
        --requirement requirements/build.txt \
 && pip --python /opt/onefold/bin/python uninstall --yes pbr setuptools
COPY LICENSE README.md pyproject.toml ./
COPY src ./src
RUN backend/bin/python -m hatchling build --target wheel --directory dist \
 && pip --python /opt/onefold/bin/python install --no-cache-dir --no-deps --no-index dist/onefold-*.whl

FROM base
LABEL org.opencontainers.image.title="Onefold" \
      org.opencontainers.image.description="Many security reports, one finding each" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/onefold /opt/onefold
COPY entrypoint.py /opt/onefold/entrypoint.py
# Import every module once: the build fails if one is broken, and the bytecode of all they need (the base image ships
# its standard library without) is there when the action starts.
RUN ["/opt/onefold/bin/python", "-c", "import importlib, pkgutil, aggregator; \
[importlib.import_module(m.name) for m in pkgutil.walk_packages(aggregator.__path__, 'aggregator.') \
if not m.name.endswith('__main__')]"]
# No USER: the runner's workspace and file commands belong to another uid, so an action has to run as root.
# -I: no PYTHON* variable of the workflow and nothing in the workspace changes what is imported.
# -B: the container is thrown away, bytecode written into it is wasted. -u: log lines in the order they were written.
ENTRYPOINT ["/opt/onefold/bin/python", "-IBu", "/opt/onefold/entrypoint.py"]
