#!/usr/bin/env bash
# Tasks without a file change a database whole or not at all, as imports do: killed at any moment, on
# a full disk, or while another one is at work.
set -u
. tests/serving.sh
needs passerelle-import gazetteer.sqlite
sample=$PWD/data/partnerships.csv
cd "$folder" || exit 2
gazetteer=$build/gazetteer.sqlite

same() { # same WHAT WANTED GOT
    [ "$2" = "$3" ] || complain "$1: $3, not $2"
}
task() { "$build/passerelle-import" --database atlas.sqlite "$@" >out 2>said </dev/null; }
value() { sqlite3 atlas.sqlite "$1"; }
import_file "$sample" atlas.sqlite --review review.csv >out 2>&1 || { cat out; exit 1; }
sed '2s/^,/none,/' review.csv >answers.csv
grep -q '^none,' answers.csv || complain 'no doubtful place to answer'
task --withhold 3 --reason départ || complain "withhold: $(cat said)"
links=$(value 'SELECT count(*) FROM link')

# --- killed at any moment ---------------------------------------------------------------------------
# Each task, killed after a while that grows: the database is what it was, or what the task makes.
state() { value "SELECT number || ' ' || content_hash || ' ' || (SELECT count(*) FROM decision) || ' ' ||
    (SELECT group_concat(partnership_id || publication) FROM hold) FROM edition"; }
kill_during() { # kill_during TASK...: on a copy, so that each round begins alike
    local round before now changed=0
    before=$(state)
    for round in $(seq "${PASSERELLE_KILLS:-8}"); do
        cp -p atlas.sqlite kept.sqlite
        "$build/passerelle-import" --database atlas.sqlite "$@" >/dev/null 2>&1 </dev/null &
        sleep "$((round / 5)).$((round % 5 * 2))"
        kill -KILL $! 2>/dev/null
        wait $! 2>/dev/null
        now=$(state) || complain "$* round $round: unreadable"
        [ "$now" = "$before" ] || changed=$((changed + 1))
        [ "$(value 'PRAGMA quick_check')" = ok ] || complain "$* round $round: damaged"
        same "$* round $round: links" "$links" "$(value 'SELECT count(*) FROM link')"
        mv kept.sqlite atlas.sqlite
    done
    printf '%s: killed %s times, done before that %s times\n' "$1" "$round" "$changed"
}
kill_during --withhold 7 --reason essai
kill_during --publish 3
kill_during --restore 1
kill_during --gazetteer "$gazetteer" --decisions answers.csv
task --publish 3 || complain "after the kills: $(cat said)"
[ -e atlas.sqlite.import ] && complain 'after the kills: a working copy stays'

# --- a full disk ----------------------------------------------------------------------------------------
before=$(sha256sum <atlas.sqlite)
small() { # small KIB TASK...: with files no larger than that
    local code=0
    (
        trap '' XFSZ
        ulimit -f "$1"
        exec "$build/passerelle-import" --database atlas.sqlite "${@:2}"
    ) >out 2>said </dev/null || code=$?
    same "${*:2} on a full disk" 1 "$code"
    grep -q 'atlas.sqlite' said || complain "${*:2} on a full disk: $(cat said)"
    same "the database after ${*:2} on a full disk" "$before" "$(sha256sum <atlas.sqlite)"
    [ -e atlas.sqlite.import ] && complain "${*:2} on a full disk: a working copy stays"
}
for size in 1 1000 20000; do
    small $size --withhold 9 --reason plein
    small $size --restore 1
    small $size --gazetteer "$gazetteer" --decisions answers.csv
done
# The papers of an import that cannot be written: nothing is published.
(trap '' XFSZ; ulimit -f 1; exec "$build/passerelle-import" "$sample" --database other.sqlite --gazetteer "$gazetteer" \
    --report page.html) >out 2>said </dev/null && complain 'a page that cannot be written: the import succeeds'
[ -e other.sqlite ] && complain 'a page that cannot be written: a database stands there'

# --- two at once -------------------------------------------------------------------------------------------
(flock 9; sleep 2) 9>>atlas.sqlite.lock &
holder=$!
sleep 0.3
task --withhold 9 --reason attente && complain 'a task does not wait for the lock'
grep -q 'another import (process [0-9]*)' said || complain "while another works: $(cat said)"
task --editions || complain 'the list waits for a lock'
task --withhold 9 --reason attente --wait 30 || complain "--wait: $(cat said)"
wait $holder
same 'withheld after waiting' withheld "$(value 'SELECT publication FROM partnership WHERE id = 9')"
for id in 11 12 13; do
    "$build/passerelle-import" --database atlas.sqlite --withhold $id --reason foule --wait 60 >/dev/null 2>&1 &
done
wait
same 'three at once' 3 "$(value 'SELECT count(*) FROM hold WHERE partnership_id IN (11, 12, 13)')"
exit $bad
