#!/usr/bin/env bash
# Make build/venv-qtVERSION: the lock, with an older PySide6 in place of the newest. Does nothing when it is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
venv=build/venv-qt$version
stamp=$venv/.setup-stamp
digest=$(cat requirements.lock "$0" | sha256sum)
[[ -f $stamp && $(<"$stamp") == "$digest" ]] && exit 0

echo "setup: installing $venv"
rm -rf "$venv"
.venv/bin/uv venv -q --python .venv/bin/python "$venv"
# The pins without their hashes and without Qt; before 6.12 QtPdf came with the Addons wheel.
sed -nE '/^[a-z0-9]/{/^(pyside6-|shiboken6)/!s/ *\\?$//p}' requirements.lock >"$venv/pins.txt"
export VIRTUAL_ENV=$PWD/$venv
.venv/bin/uv pip install -q --no-deps -r "$venv/pins.txt" \
    "PySide6-Essentials==$version" "PySide6-Addons==$version" "shiboken6==$version"
.venv/bin/uv pip install -q --no-deps --no-build-isolation -e .
printf '%s' "$digest" >"$stamp"
