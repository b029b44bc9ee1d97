# The daily commands. `just` alone lists them.

default:
    @just --list

# Everything CI runs
test:
    ./test

# The fast part: pure crates only
quick:
    cargo test -p scope -p oauth

# Four realms with sample people, apps and sandbox APIs
demo *ARGS:
    cargo run -- demo {{ARGS}}

# Format, then lint
tidy:
    cargo fmt --all
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Write the generated files anew (reference pages, command reference)
generate:
    UPDATE_GENERATED=1 cargo test -p scopegate --test all generated_files

# Speed of functions and of the release binary beside its floors
bench:
    bench/run

# Look for inputs that break a reader, until stopped; wants nightly and cargo-fuzz
fuzz TARGET *ARGS:
    cargo +nightly fuzz run --fuzz-dir fuzz/libfuzzer {{TARGET}} fuzz/corpus/{{TARGET}} {{ARGS}}
