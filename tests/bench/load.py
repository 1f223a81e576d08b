"""Servers under wrk: start them, give them work, weigh what they spend."""
import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")

# Prepared requests in rotation, one path (and ETag) a line; a summary as JSON at the end.
SCRIPT = """
local requests, at = {}, 0
function init()
    for line in io.lines("%s") do
        local path, etag = line:match("^([^\\t]*)\\t?(.*)$")
        local headers = {["Accept-Encoding"] = "%s"}
        if #etag > 0 then headers["If-None-Match"] = etag end
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end
function request()
    at = at %% #requests + 1
    return requests[at]
end
function done(summary, latency)
    local e = summary.errors
    io.write(string.format('{"requests": %%d, "us": %%d, "bytes": %%d, "errors": %%d, '
        .. '"p50_ms": %%.3f, "p99_ms": %%.3f}\\n', summary.requests, summary.duration, summary.bytes,
        e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A server process and its children; stop() ends it."""

    def __init__(self, command, port, probe, log, environment=None):
        self.base = f"http://127.0.0.1:{port}"
        begin = time.monotonic()
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL,
                                        stdout=open(log, "wb"), stderr=subprocess.STDOUT,
                                        env={**os.environ, **(environment or {})})
        while True:
            try:
                with urllib.request.urlopen(self.base + probe, timeout=30) as answer:
                    self.first_answer = answer.read()
                    break
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() - begin > 60:
                    with open(log, errors="replace") as file:
                        sys.exit(f"{command[0]} does not answer {probe}: {error}\n{file.read()[-2000:]}")
                time.sleep(0.002)
        self.start_seconds = time.monotonic() - begin

    def pids(self):
        found = [self.process.pid]
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
                found += [int(pid) for pid in file.read().split()]
        except OSError:
            pass
        return found

    def cpu(self):
        """Seconds of processor time of each process so far."""
        spent = {}
        for pid in self.pids():
            try:
                with open(f"/proc/{pid}/stat") as file:
                    fields = file.read().rpartition(")")[2].split()
                spent[pid] = (int(fields[11]) + int(fields[12])) / TICKS
            except OSError:
                pass
        return spent

    def get(self, path):
        """An answer's bytes as a client gets them that takes gzip; empty where there is nothing."""
        request = urllib.request.Request(self.base + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def edition(self):
        """The number of the edition that is served."""
        with urllib.request.urlopen(self.base + "/healthz", timeout=60) as answer:
            return json.load(answer)["edition"]["number"]

    def memory_mb(self, what="VmRSS"):
        """Resident memory now, or at its highest (VmHWM), of the server and its children."""
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/status") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith(what))
        return total / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Load:
    """Five seconds (by default) of wrk with one thread and eight connections, each of which waits
    wait_ms before it asks again."""

    def __init__(self, server, paths, folder, seconds, connections=8, encoding="gzip", wait_ms=0):
        requests, script = f"{folder}/requests.txt", f"{folder}/requests.lua"
        with open(requests, "w") as file:
            file.writelines(path + "\n" for path in paths)
        with open(script, "w") as file:
            file.write(SCRIPT % (requests, encoding))
            if wait_ms:
                file.write(f"function delay() return {wait_ms} end\n")
        before = server.cpu()
        done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s",
                               script, server.base], capture_output=True, text=True, check=True)
        after = server.cpu()
        said = json.loads(done.stdout.strip().splitlines()[-1])
        if said["errors"] or not said["requests"]:
            sys.exit(f"{server.base}: {said['errors']} errors in {said['requests']} requests: "
                     "this shows no speed\n" + done.stdout)
        self.rate = said["requests"] * 1e6 / said["us"]
        self.p50_ms, self.p99_ms = said["p50_ms"], said["p99_ms"]
        spent = {pid: after[pid] - before.get(pid, 0) for pid in after}
        self.cpu_us = sum(spent.values()) * 1e6 / said["requests"]
        # Of nginx's processes, the master does nothing and each of two workers its share.
        most = sorted(spent.values(), reverse=True)
        self.even = len(most) < 3 or most[1] > 0.4 * most[0]


def even_load(server, paths, folder, seconds):
    """nginx may put all connections on one worker; such a run is done again."""
    for _ in range(12):
        load = Load(server, paths, folder, seconds)
        if load.even:
            return load
    sys.exit("nginx never dealt its connections evenly over its workers: nothing to compare with")


class Answers:
    """The answers of a server to a list of paths, read once: only those that hold features stay."""

    def __init__(self, server, paths, want):
        self.paths, self.bodies, self.etags = [], [], []
        connection = http.client.HTTPConnection(server.base[7:])
        for path in paths:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status not in (200, 204):
                sys.exit(f"{path}: {answer.status} {body[:300]!r}")
            if answer.status == 204 or not body:
                continue
            self.paths.append(path)
            self.bodies.append((body, answer.headers["Content-Encoding"] == "gzip"))
            self.etags.append(answer.headers["ETag"])
            if len(self.paths) == want:
                break
        if len(self.paths) < min(want, 10):
            sys.exit(f"only {len(self.paths)} of {len(paths)} answers hold features: nothing to measure")

    def mean_bytes(self):
        return sum(len(body) for body, _ in self.bodies) / len(self.bodies)

    def as_files(self, root, prefix):
        """The same bytes as files for nginx; returns their paths in the same order."""
        os.makedirs(f"{root}/{prefix}", exist_ok=True)
        paths = []
        for index, (body, packed) in enumerate(self.bodies):
            path = f"/{prefix}/{index}.mvt"
            with open(root + path, "wb") as file:
                file.write(gzip.decompress(body) if packed else body)
            if packed:
                with open(root + path + ".gz", "wb") as file:
                    file.write(body)
            paths.append(path)
        return paths


NGINX = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on; tcp_nopush off; tcp_nodelay on;
    keepalive_requests 1000000000; keepalive_timeout 300s;
    gzip_static on;
    open_file_cache max=50000 inactive=600s; open_file_cache_valid 600s;
    types {{ application/vnd.mapbox-vector-tile mvt; image/png png; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} reuseport; root {root}; }}
}}
"""


def nginx(folder, root):
    port = free_port()
    with open(f"{folder}/nginx.conf", "w") as file:
        file.write(NGINX.format(folder=folder, root=root, port=port,
                                user="user root;" if os.geteuid() == 0 else ""))
    with open(f"{root}/ready", "w") as file:
        file.write("ready\n")
    return Server(["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/nginx.log"], port, "/ready",
                  f"{folder}/nginx.out")
