# syntax=docker/dockerfile:1
# One image for the task API and its worker; the command tells them apart:
#   python -m api          python -m api.worker          python -m api.migrations upgrade
# It runs as a number, not a name, on a read-only root; only /tmp must be writable (an emptyDir).
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/api.txt /build/api.txt
RUN python -m venv /opt/api && /opt/api/bin/pip install --require-hashes --only-binary :all: -r /build/api.txt
COPY api /opt/api/app/api
RUN rm -rf /opt/api/app/api/servers && /opt/api/bin/python -m compileall -q -j 0 /opt/api

FROM ${PYTHON}
ENV PATH=/opt/api/bin:$PATH PYTHONPATH=/opt/api/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8080
COPY --from=build --chown=0:0 /opt/api /opt/api
WORKDIR /opt/api/app
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m"]
CMD ["api"]
