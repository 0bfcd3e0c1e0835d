#!/bin/sh
# Installs Chromium, PostgreSQL and Redis for the tests where apt-get may be used; says what is missing otherwise.
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Đang cài gói Debian cho phần kiểm thử:$missing"
    # shellcheck disable=SC2086  # a list of words on purpose
    if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "Thiếu:$missing — các phép thử cần chúng sẽ được bỏ qua."
exit 0
