#!/bin/sh
# Sees to it that bubblewrap, the sandbox that students' code is run in, is installed.
# Installs it where it may (as root, or with a sudo that asks for no password); otherwise says the
# one command to type, and fails.
set -eu
if command -v bwrap >/dev/null 2>&1; then exit 0; fi

if [ "$(uname -s)" != Linux ]; then
    echo "Grading needs Linux: the sandbox, bubblewrap, is built from the Linux kernel's namespaces." >&2
    exit 1
elif command -v apt-get >/dev/null 2>&1; then
    install="apt-get install -y --no-install-recommends bubblewrap"
elif command -v dnf >/dev/null 2>&1; then
    install="dnf install -y bubblewrap"
elif command -v pacman >/dev/null 2>&1; then
    install="pacman -S --noconfirm bubblewrap"
else
    echo "bubblewrap (the command bwrap) is missing: install it with this system's package manager." >&2
    exit 1
fi

if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "bubblewrap, the sandbox that students' code is run in, is missing. Type this, then try again:" >&2
    if command -v sudo >/dev/null 2>&1; then echo "    sudo $install"; else echo "    su -c '$install'"; fi >&2
    exit 1
fi

echo "Set-up: installing bubblewrap ($install)."
case $install in apt-get*) $sudo apt-get update -q || true ;; esac
$sudo $install
command -v bwrap >/dev/null 2>&1
