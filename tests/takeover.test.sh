#!/usr/bin/env bash
# A new edition comes in under load without a failed request, and an import that is killed at any
# moment leaves the old edition whole and served.
set -eu
. tests/serving.sh
needs passerelle-import passerelle-serve gazetteer.sqlite make_national

"$build/make_national" 3000 --gazetteer "$build/gazetteer.sqlite" >"$folder/first.csv"
# The second state of the file: fewer partnerships are active.
sed 's/^\(M[0-9]*[05],.*\),active,/\1,ended,/' "$folder/first.csv" >"$folder/second.csv"
database=$folder/atlas.sqlite
import() { # import FILE: as one source in two states
    import_file "$1" "$database" --source made >"$folder/import.log" 2>&1
}
import "$folder/first.csv" || { cat "$folder/import.log"; exit 1; }
edition() { sqlite3 "$database" 'SELECT number, content_hash FROM edition'; }
start_server "$database"

# --- under load ---------------------------------------------------------------------------------
cat >"$folder/load.py" <<'PYTHON'
"""Asks without pause until the file STOP exists; any answer but 200, 204, 304 is a failure, and so
is a total that belongs to no edition."""
import http.client, json, os, random, sys, threading
host, stop, totals_file = sys.argv[1], sys.argv[2], sys.argv[3]
failures, answers, totals = [], [0], set()

def work(seed):
    chance = random.Random(seed)
    connection = http.client.HTTPConnection(host, timeout=20)
    while not os.path.exists(stop):
        path = chance.choice([
            f"/tiles/flows/2/{chance.randrange(4)}/{chance.randrange(4)}.mvt?year={chance.randrange(1990, 2026)}",
            f"/tiles/density/1/{chance.randrange(2)}/0.mvt?theme=eau", "/counts.json?status=active",
            f"/links.geojson?country={chance.choice(['ML', 'DE', 'SN', 'MA'])}",
            "/partnerships.csv?theme=culture", "/tiles/flows.json", "/healthz"])
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            answers[0] += 1
            if answer.status not in (200, 204):
                failures.append(f"{path}: {answer.status} {body[:100]!r}")
            elif path == "/counts.json?status=active":
                counts = json.loads(body)
                totals.add((counts["edition"]["number"], counts["partnerships"]["total"]))
        except Exception as error:
            failures.append(f"{path}: {error!r}")
            connection.close()

threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
with open(totals_file, "w") as file:
    file.writelines(f"{number} {total}\n" for number, total in sorted(totals))
print(f"{answers[0]} answers, {len(failures)} failures, editions and totals seen: {sorted(totals)}")
print("\n".join(failures[:10]))
sys.exit(1 if failures or answers[0] < 100 else 0)
PYTHON
total() { sqlite3 "$database" "SELECT (SELECT number FROM edition) || ' ' || count(*) FROM partnership WHERE status = 'active' AND publication = 'published'"; }
served() { curl -sf "$base/counts.json" | $python -c 'import json, sys; print(json.load(sys.stdin)["edition"]["number"])'; }
wait_for_edition() { # until the server serves the edition of the file
    local wanted try
    wanted=$(sqlite3 "$database" 'SELECT number FROM edition')
    for try in $(seq 200); do
        [ "$(served)" = "$wanted" ] && return 0
        sleep 0.05
    done
    echo "the server still serves edition $(served), not $wanted (try $try)"
    return 1
}

total >"$folder/known"
$python "$folder/load.py" "${base#http://}" "$folder/stop" "$folder/totals" >"$folder/load.log" 2>&1 &
load=$!
for file in second first second; do
    import "$folder/$file.csv" || { touch "$folder/stop"; cat "$folder/import.log"; exit 1; }
    total >>"$folder/known"
    wait_for_edition || { touch "$folder/stop"; exit 1; }
done
touch "$folder/stop"
wait $load || { cat "$folder/load.log"; exit 1; }
cat "$folder/load.log"
while read -r seen; do
    grep -qxF -- "$seen" "$folder/known" || { echo "answers with a total of no edition: $seen"; exit 1; }
done <"$folder/totals"
[ "$(wc -l <"$folder/totals")" -ge 2 ] || { echo "the load saw one edition only"; exit 1; }

# --- killed -------------------------------------------------------------------------------------
kills=${PASSERELLE_KILLS:-24}
import "$folder/second.csv" || true
second=$(edition)
# How long a whole import takes here, in seconds; the machine may become quicker or slower while the
# rounds go on, and with it this.
duration=$({ TIMEFORMAT=%R; time import "$folder/first.csv"; } 2>&1)
first=$(edition)
wait_for_edition
interrupted=0
for round in $(seq "$kills"); do
    before=$(edition)
    file=first
    [ "${before#*|}" != "${first#*|}" ] || file=second # the other state: there is work to do
    delay=$($python -c "import random; print(random.Random($round).uniform(0, 1.1 * $duration))")
    # In a process group of its own, so that its reading child is killed with it.
    set -m
    import_file "$folder/$file.csv" "$database" --source made >"$folder/killed.log" 2>&1 &
    victim=$!
    set +m
    sleep "$delay"
    kill -KILL -- -$victim 2>/dev/null || true
    code=0
    wait $victim 2>/dev/null || code=$?
    [ $code = 0 ] || interrupted=$((interrupted + 1))
    duration=$($python -c "print($duration * ($([ $code = 0 ] && echo 0.8 || echo 1.04)))")
    [ "$(sqlite3 "$database" 'PRAGMA integrity_check')" = ok ] || { echo "round $round: damaged"; exit 1; }
    after=$(edition)
    # Nothing happened, or all of it: the other state under a new number.
    expected=$before
    [ "$after" = "$before" ] || expected="$((${before%%|*} + 1))|$(
        [ $file = first ] && echo "${first#*|}" || echo "${second#*|}")"
    [ "$after" = "$expected" ] && { [ $code != 0 ] || [ "$after" != "$before" ]; } || {
        echo "round $round: exit $code, edition $before became $after"
        exit 1
    }
    curl -sf "$base/healthz" >/dev/null || { echo "round $round: the server is ill"; exit 1; }
    wait_for_edition || exit 1
done
[ $interrupted -ge $((kills / 2)) ] || { echo "only $interrupted of $kills imports were interrupted"; exit 1; }
# What a killed import leaves behind hinders no later one.
import "$folder/second.csv" || { cat "$folder/import.log"; exit 1; }
import "$folder/first.csv" || { cat "$folder/import.log"; exit 1; }
wait_for_edition
left=$(find "$folder" -maxdepth 1 -name 'atlas.sqlite.import*')
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
stop_server "$server"
echo "$interrupted of $kills imports were killed; the old edition stayed whole and served"
