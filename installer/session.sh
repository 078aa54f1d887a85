#!/usr/bin/env bash
# Run a command in a session of its own: own home and XDG folders, own D-Bus session bus, an unlocked Secret Service,
# and an X server without a screen unless a display is to be used. Nothing of the user's own is read or written.
#
#   installer/session.sh [--use-display] COMMAND [ARGUMENT...]
#
# --use-display: stay on the display that is there (the demo's window). Without one, or with HEADLESS=1, Xvfb is started.
# SESSION_HOME=DIR keeps the session's home there; otherwise it is a temporary folder, removed at the end.
set -euo pipefail

use_display=no
if [[ ${1:-} == --use-display ]]; then use_display=yes; shift; fi
if [[ ${HEADLESS:-0} == 1 || -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then use_display=no; fi

for tool in dbus-run-session gnome-keyring-daemon Xvfb; do
    command -v "$tool" >/dev/null || { echo "session: $tool is missing; run: make setup" >&2; exit 1; }
done

place=$(mktemp -d "${TMPDIR:-/tmp}/qianshao.XXXXXX")
chmod 711 "$place"                       # PostgreSQL run by root steps down to another user and must pass through
xvfb=
finish() {
    if [[ -n $xvfb ]]; then kill "$xvfb" 2>/dev/null || true; fi
    rm -rf "$place" || true
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

home=${SESSION_HOME:-$place/home}
mkdir -p -m 700 "$home" "$place/run"
mkdir -p -m 711 "$place/tmp"

if [[ $use_display == yes ]]; then       # the window and the input method of the real session stay within reach
    export XAUTHORITY=${XAUTHORITY:-$HOME/.Xauthority}
    if [[ -n ${WAYLAND_DISPLAY:-} && $WAYLAND_DISPLAY != /* ]]; then
        export WAYLAND_DISPLAY=$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY
    fi
    ibus=$(ls "${XDG_CONFIG_HOME:-$HOME/.config}"/ibus/bus/* 2>/dev/null | head -n 1 || true)
    if [[ -n $ibus ]]; then export IBUS_ADDRESS_FILE=$ibus; fi
else
    unset WAYLAND_DISPLAY XAUTHORITY
    Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp -noreset 3>"$place/display" >"$place/xvfb.log" 2>&1 &
    xvfb=$!
    for _ in $(seq 100); do [[ -s $place/display ]] && break; sleep 0.1; done
    [[ -s $place/display ]] || { echo "session: Xvfb did not start" >&2; cat "$place/xvfb.log" >&2; exit 1; }
    DISPLAY=:$(<"$place/display")
    export DISPLAY QT_QPA_PLATFORM=xcb
fi

unset DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL SSH_AUTH_SOCK
unset PYTHONDONTWRITEBYTECODE               # or every child process would compile its imports anew
unset XDG_CONFIG_DIRS PYTHON_KEYRING_BACKEND "${!QIANSHAO_@}"
export HOME=$home TMPDIR=$place/tmp XDG_RUNTIME_DIR=$place/run LC_ALL=C.UTF-8
export XDG_CONFIG_HOME=$home/.config XDG_DATA_HOME=$home/.local/share
export XDG_CACHE_HOME=$home/.cache XDG_STATE_HOME=$home/.local/state
export QIANSHAO_PRIVATE_SESSION=$place   # what a test looks for before it touches a keyring

# The keyring's password protects nothing: the folder it lies in is gone in a moment. The bus starts the service, and
# again should it fall (gnome-keyring 42 does, about once in ten thousand questions), unlocked each time. It does not
# always leave with its bus, so the bus is asked for its process at the end, and that is ended.
mkdir -p "$place/run/dbus-1/services"
cat >"$place/run/dbus-1/services/org.freedesktop.secrets.service" <<'SERVICE'
[D-BUS Service]
Name=org.freedesktop.secrets
Exec=/bin/sh -c "printf private | exec gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1"
SERVICE
# shellcheck disable=SC2016
dbus-run-session -- bash -c '
    ask() {
        dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / "org.freedesktop.DBus.$@" 2>/dev/null
    }
    ask StartServiceByName string:org.freedesktop.secrets uint32:0 >/dev/null ||
        { echo "session: no Secret Service came up" >&2; exit 1; }
    end_keyring() {
        keyring=$(ask GetConnectionUnixProcessID string:org.freedesktop.secrets) && kill "${keyring##* }" 2>/dev/null
    }
    trap end_keyring EXIT
    trap "exit 130" INT
    trap "exit 143" TERM
    "$@"' session "$@"
