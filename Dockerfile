# Goldsmith alone in an image: the hooks of .pre-commit-hooks.yaml that end in -docker run it, and so may any CI system.
FROM rust:1.95.0-slim-bookworm AS build
# Otherwise rustup would fetch what rust-toolchain.toml names for people who change the code.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /goldsmith
COPY . .
RUN cargo install --locked --path . --root /built

FROM debian:bookworm-slim
COPY --from=build /built/bin/goldsmith /usr/local/bin/goldsmith
ENTRYPOINT ["goldsmith"]
