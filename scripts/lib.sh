# What the scripts share. Source it first: it puts every script into the package's root, strict.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

# swiftly installs for one user; a shell opened before that finds it through this file.
swiftly=${SWIFTLY_HOME_DIR:-${HOME:-}/.local/share/swiftly}/env.sh
# shellcheck disable=SC1090 # it is where this user has it
if ! command -v swift >/dev/null && [[ -r $swiftly ]]; then source "$swiftly"; fi

# say SENTENCE: one line of progress, on stderr, so that stdout stays free for results.
say() { printf '· %s\n' "$*" >&2; }

# fail ZH EN: why it stops and what to do, in both languages; ends the script.
fail() {
    printf '\n✘ %s\n  %s\n\n' "$1" "$2" >&2
    exit 1
}

# entries FILE: its lines without comments and blanks.
entries() { sed -e 's/[[:space:]]*#.*$//' -e '/^[[:space:]]*$/d' "$1"; }

# Swift decides best itself how many jobs; YIJU_JOBS limits it on a shared machine.
swift_jobs=()
if [[ -n ${YIJU_JOBS:-} ]]; then swift_jobs=(--jobs "$YIJU_JOBS"); fi

# free_port: a port of 127.0.0.1 nobody listens on just now.
free_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            printf '%s\n' "$port"
            return
        fi
    done
    fail '找不到空闲端口。' 'No free port found on 127.0.0.1.'
}

# wait_until_healthy BASE_URL PID SECONDS: 0 once the server answers, 1 when it ended or time is up.
wait_until_healthy() {
    local deadline=$((SECONDS + $3))
    while ((SECONDS < deadline)); do
        if curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "$1/healthz"; then return 0; fi
        if ! kill -0 "$2" 2>/dev/null; then return 1; fi
        sleep 0.2
    done
    return 1
}

port=${YIJU_PORT:-8080}
address=http://127.0.0.1:$port
demo=${YIJU_DEMO:-data/demo}
accounts=$demo.accounts.txt

# make_demo_city CONFIGURATION: once; an interrupted making leaves nothing that looks like a city.
make_demo_city() {
    if [[ -e $demo ]]; then return; fi
    say "making the demo city in $demo"
    mkdir -p "$(dirname "$demo")"
    rm -rf "$demo.partial"
    (umask 077 && ".build/$1/yiju" demo --data "$demo.partial" >"$accounts") ||
        fail '演示城市没有建成，原因见上。' 'The demo city was not made; the reason is above.'
    mv "$demo.partial" "$demo"
}

# serve_demo_city CONFIGURATION: in the background, as $server; returns when it answers.
serve_demo_city() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        fail "端口 $port 已被占用。请先停止占用它的程序，或另选端口：YIJU_PORT=8081 make run" \
            "Port $port is in use. Stop what uses it, or choose another: YIJU_PORT=8081 make run"
    fi
    ".build/$1/yiju" serve --data "$demo" --port "$port" &
    server=$!
    if ! wait_until_healthy "$address" "$server" 60; then
        kill "$server" 2>/dev/null || true
        fail '服务没有启动，原因见上。' 'The server did not start; the reason is above.'
    fi
}

stop_demo_city() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}

show_demo_city() {
    printf '\n'
    if [[ -r $accounts ]]; then cat "$accounts"; fi
    printf '\n宜居演示城市已就绪，请在浏览器打开：\nThe demo city is ready; open it in a browser:\n\n    %s\n\n' "$address"
    printf '停止：Ctrl-C　Stop with Ctrl-C\n重新生成：rm -r %s　Make it anew: rm -r %s\n\n' "$demo" "$demo"
}
