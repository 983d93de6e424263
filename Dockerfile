# Built in one stage, run in another; a private npm registry or certificate authority comes in as a secret:
#   docker build --secret id=npmrc,src=$HOME/.npmrc -t ultronex .

FROM node:24-trixie-slim AS build
WORKDIR /app
# For health checks in images that have neither a shell nor curl: `ultronex setup` copies it to them. Busybox is one static
# program, which does what its file name says.
RUN apt-get update \
 && apt-get install -y --no-install-recommends busybox-static \
 && rm -rf /var/lib/apt/lists/* \
 && cp /bin/busybox wget
# Before the sources, so that a change of those does not install everything again.
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-trixie-slim
LABEL org.opencontainers.image.title="Ultronex" \
      org.opencontainers.image.description="A Slack bot that forwards what matches your patterns, and an HTTP API that posts to Slack" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
# A volume mounted for the first time takes over this folder's owner; otherwise it belongs to root.
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/replies ./replies
COPY --from=build /app/wget ./wget
# Everything above belongs to root, so that the program cannot change itself.
USER node
# HOST: the container's network is not the world's; what of it is reachable, -p says.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# Alive, not ready: a restart does not help when Slack cannot be reached.
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 CMD ./wget -q -T 3 -O /dev/null "http://127.0.0.1:$PORT/healthz"
# `docker run … ultronex doctor` runs another command.
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["serve"]
