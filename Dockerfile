# Bei in a container: `docker build -t bei .`; deploy/compose.yml starts all of it.
FROM python:3.13-slim-trixie AS built
WORKDIR /opt/bei
COPY requirements.txt ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir -r requirements.txt
COPY . .
RUN .venv/bin/pip install --no-cache-dir --no-deps --editable . && .venv/bin/python -m compileall -q app

FROM python:3.13-slim-trixie
# `bei backup` asks the server's own tools, which must not be older than the server; espeak-ng reads
# radio scripts aloud.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 espeak-ng \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/bei --create-home bei
COPY --from=built /opt/bei /opt/bei
ENV PATH=/opt/bei/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////var/lib/bei/bei.db \
    BEI_SPOOL_DIR=/var/lib/bei/spool BEI_RADIO_DIR=/var/lib/bei/radio BEI_BACKUP_DIR=/var/lib/bei/backup
# Nobody but its user writes, and only here: the rest may be mounted read-only.
USER bei
WORKDIR /var/lib/bei
VOLUME /var/lib/bei
EXPOSE 8000
HEALTHCHECK --start-period=15s --interval=15s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["bei", "web"]
