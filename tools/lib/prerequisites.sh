# shellcheck shell=bash
#
# What the scripts beside this folder need of the machine. Sourced, never run.
#
#   require_machine PURPOSE...   fails with advice unless Swift is new enough, and installs the
#                                Debian packages that are missing for the purposes named
#
# Purposes: build (the ledger), test (its tests), bench (what it is measured beside), protobuf
# (generating code from the schemas), instructions (counting those of the hot paths), trace
# (watching system calls).
# When everything is there, nothing is installed, no index is fetched and nothing is printed.

readonly swift_minimum=6.3
readonly swift_advice="install $swift_minimum or newer from https://swift.org/install"

require_machine() {
    local purpose package packages=()
    require_swift
    for purpose in "$@"; do
        for package in $(packages_to "$purpose"); do
            packages+=("$package")
        done
    done
    require_packages "${packages[@]}"
}

packages_to() {
    # Swift itself links with g++'s libraries and fetches packages with git.
    case "$1" in
        build) echo git g++ ca-certificates liblmdb-dev pkg-config ;;
        test) echo protobuf-compiler python3 python3-jsonschema postgresql ;;
        bench) echo libpq-dev libsqlite3-dev postgresql ;;
        instructions) echo binutils valgrind ;;
        trace) echo linux-perf ;;
        protobuf) echo git g++ ca-certificates protobuf-compiler ;;
    esac
}

complain() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

require_swift() {
    local version
    if ! command -v swift >/dev/null; then
        complain "Swift is not on PATH; $swift_advice"
        return 2
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p') || true
    if [ -z "$version" ]; then
        complain "'swift --version' does not say a version; $swift_advice"
        return 2
    fi
    if ! printf '%s\n' "$swift_minimum" "$version" | sort --check=quiet --version-sort; then
        complain "Swift $version is too old; $swift_advice"
        return 2
    fi
}

require_packages() {
    local package missing=()
    if ! command -v dpkg-query >/dev/null; then
        complain "not a Debian system: nothing is installed; what Debian calls $* must be there"
        return 0
    fi
    for package in "$@"; do
        package_installed "$package" || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    printf 'Installing: %s\n' "${missing[*]}" >&2
    if ! as_root apt-get -q update || ! as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q install --yes --no-install-recommends "${missing[@]}"; then
        complain "cannot install ${missing[*]}"
        return 2
    fi
}

package_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Output goes to standard error, so that a caller's standard output stays its own.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@" </dev/null >&2
    elif command -v sudo >/dev/null; then
        sudo -- "$@" </dev/null >&2
    else
        complain "neither root nor sudo: run as root: $*"
        return 2
    fi
}
