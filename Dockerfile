# syntax=docker/dockerfile:1

FROM denoland/deno:bin-2.9.6 AS deno

FROM debian:bookworm-slim AS build
COPY --from=deno /deno /usr/local/bin/deno
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1
WORKDIR /app
COPY deno.json deno.lock ./
COPY src/client/deno.json src/client/deno.json
COPY machines machines
COPY actors actors
COPY src src
COPY migrations migrations
COPY deploy/healthcheck.ts deploy/healthcheck.ts
# Only what these programs import, in the versions of the lock file.
RUN deno cache --frozen src/main.ts src/migrate_main.ts src/import_main.ts deploy/healthcheck.ts \
  && mkdir /data
# The one program that the server runs, with the library that it needs beside those of the image below.
RUN mkdir /grep && cp --parents --dereference /usr/bin/grep /usr/lib/*-linux-gnu/libpcre2-8.so.0 /grep

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=deno /deno /usr/local/bin/deno
COPY --from=build /deno-dir /deno-dir
COPY --from=build /app /app
COPY --from=build /grep /
COPY --from=build --chown=nonroot:nonroot /data /data
WORKDIR /app
USER nonroot
ENV DENO_DIR=/deno-dir DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 \
  CMD ["deno", "run", "--cached-only", "--allow-net=127.0.0.1", "--allow-env=PORT", "deploy/healthcheck.ts"]
# What the task "start" allows, and nothing fetched at run time.
ENTRYPOINT ["deno", "run", "--cached-only", "--frozen", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-run=grep", "--allow-write=/data,/tmp"]
CMD ["src/main.ts"]
