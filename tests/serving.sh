# For tests that run whole programmes: sourced by tests/*.test.sh and tests/bench/*.sh.
# Gives $build, a temporary $folder that goes away at the end, and servers that are stopped.
# shellcheck shell=bash
build=$(realpath "${PASSERELLE_BUILD:-build}")
# GDAL's Python is Debian's, whatever other Python comes first in PATH.
python=/usr/bin/python3
[ -x $python ] || python=python3
servers=()
folder=$(mktemp -d)

finish() {
    local server
    for server in ${servers[@]+"${servers[@]}"}; do
        kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    done
    rm -rf "$folder"
}
trap finish EXIT

# needs PROGRAMME...: ends the test as skipped where one is not built (a bare `dev` build has no
# gazetteer; ./dev test has all).
needs() {
    local name
    for name in "$@"; do
        [ -e "$build/$name" ] && continue
        echo "no $build/$name: run ./dev build"
        exit 77
    done
}

# complain TEXT: says it; bad, with which a test ends, is 1 from then on.
bad=0
complain() {
    printf '%s\n' "$*"
    # shellcheck disable=SC2034 # the tests read it
    bad=1
}

free_port() {
    $python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

import_file() { # import_file FILE DATABASE [OPTION...]
    "$build/passerelle-import" "$1" --database "$2" --gazetteer "$build/gazetteer.sqlite" "${@:3}"
}

# start_server DATABASE [OPTION...]: sets $base and $server (its process id); its log is
# $folder/server-PORT.log. Fails when it does not answer within ten seconds.
start_server() {
    local port try
    port=$(free_port)
    base=http://127.0.0.1:$port
    "$build/passerelle-serve" --database "$1" --listen "127.0.0.1:$port" "${@:2}" \
        >"$folder/server-$port.log" 2>&1 &
    server=$!
    servers+=("$server")
    for try in $(seq 400); do
        curl -sf -o /dev/null "$base/healthz" && return 0
        kill -0 $server 2>/dev/null || break
        sleep 0.025
    done
    echo "the server does not answer on $base (try $try):"
    cat "$folder/server-$port.log"
    return 1
}

# stop_server PID: with SIGTERM; its exit code is the function's.
stop_server() {
    local code=0
    kill -TERM "$1"
    wait "$1" || code=$?
    return $code
}
