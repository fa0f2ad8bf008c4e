# Parley in a small image: one binary, the widget's assets, the configuration.
#   docker build -t parley . && docker run -p 8000:8000 -v parley-data:/data -v parley-media:/media parley
FROM debian:bookworm-slim AS build
WORKDIR /source
COPY dev ./
RUN ./dev install build
COPY . .
RUN ./dev build

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libcpp-httplib0.11 libcurl4 \
      libfmt9 libprometheus-cpp-core1.0 libseccomp2 libsimdjson14 libspdlog1.10 libsqlite3-0 libssl3 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --no-create-home --shell /usr/sbin/nologin parley \
 && install -d -o parley -g parley /data /media
WORKDIR /opt/parley
COPY --from=build /source/build/release/parley ./
COPY --from=build /source/config ./config
COPY --from=build /source/widget/dist ./widget/dist
ENV APP_PROFILE=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data MEDIA_DIR=/media
USER parley
VOLUME /data /media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/opt/parley/parley", "health"]
STOPSIGNAL SIGTERM
CMD ["/opt/parley/parley"]
