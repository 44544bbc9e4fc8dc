#!/usr/bin/env python3
"""Measures pages of a running server against two references in one run.

  python bench/page.py --base http://127.0.0.1:8000 [options] PATH [PATH ...]

For every set of paths it runs, interleaved round by round on this machine:
  target : wrk against BASE + PATHs
  nginx  : wrk against an nginx serving the same bytes as static files (physical limit)
  hello  : wrk against a Flask hello-world under the server settings given here (framework limit)
and prints medians and the ratios target/nginx and target/hello, taken round by round.

Options
  --server gunicorn-sync|gunicorn-gthread|granian   server of the hello reference (gunicorn-gthread)
  --workers N --threads N     settings of the hello reference; give those of the target (2, 4)
  --venv DIR                  where the reference's flask and server are installed (this python's)
  --pid PID                   root process of the target: adds its CPU per request and memory
  --conns 16,64               connection counts          --duration S   seconds per wrk run (3)
  --rounds N                  interleaved rounds (3)     --close        one connection per request
  --gzip                      ask for gzip; nginx then serves files gzipped beforehand
  --conditional               send each path's own ETag (expects 304)
  --paths-file F              more paths, one a line     --json F       raw rows as JSON
  --lock F                    lock held while measuring (bench.lock)
  --no-nginx --no-hello       leave out a reference
Only 127.0.0.1 is accepted as target. Every run is bounded by --duration. wrk shares the machine's
cores with the server, so trust ratios and CPU per request before absolute RPS.
Exit status 1 if any target response was an error or not as expected."""
import argparse, fcntl, gzip, http.client, json, os, shutil, signal, socket, statistics as st, subprocess, sys, tempfile, time
from urllib.parse import urlsplit

PHONE = "Mozilla/5.0 (Linux; Android 9) Chrome/70.0 Mobile MicroMessenger/8.0"
HZ = os.sysconf("SC_CLK_TCK")
LUA = """
local reqs, i, bad = {}, 0, 0
local threads = {}
function setup(t) table.insert(threads, t) end
function init(args)
  bad = 0
  local n = 0
  for line in io.lines(args[1]) do
    local p, tag = line:match("^(%S+)\\t?(.*)$")
    local h = {}
    for k, v in pairs(wrk.headers) do h[k] = v end
    if tag ~= "" then h["If-None-Match"] = tag end
    n = n + 1
    reqs[n] = wrk.format("GET", p, h)
  end
  math.randomseed(os.time())
  i = math.random(n)
end
function request() i = i % #reqs + 1; return reqs[i] end
function done(s, l, r)
  io.write(string.format("\\nJSON {\\"req\\":%d,\\"us\\":%d,\\"p50\\":%.0f,\\"p99\\":%.0f,\\"max\\":%.0f,\\"status\\":%d,\\"sock\\":%d}\\n",
    s.requests, s.duration, l:percentile(50), l:percentile(99), l.max, s.errors.status,
    s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout))
end
"""

def tree(pid):
    kids = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try: f = open(f"/proc/{d}/stat").read().rsplit(")", 1)[1].split()
            except OSError: continue
            kids.setdefault(int(f[1]), []).append(int(d))
    out, todo = [], [pid]
    while todo:
        p = todo.pop(); out.append(p); todo += kids.get(p, [])
    return out

def cpu(pid):
    t = 0
    for p in tree(pid):
        try: f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
        except OSError: continue
        t += int(f[11]) + int(f[12])
    return t / HZ

def memory(pid):
    """RSS and PSS in MB of each process in the tree but the root (the workers)."""
    rows = []
    for p in tree(pid)[1:] or [pid]:
        try: s = dict(x.split(":", 1) for x in open(f"/proc/{p}/smaps_rollup").read().splitlines()[1:])
        except OSError: continue
        rows.append((int(s["Rss"].split()[0]) / 1024, int(s["Pss"].split()[0]) / 1024))
    return rows

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0)); return s.getsockname()[1]

def wait(port):
    for _ in range(100):
        try: socket.create_connection(("127.0.0.1", port), 0.2).close(); return
        except OSError: time.sleep(0.1)
    sys.exit(f"nothing listens on {port}")

def fetch(base, path, headers):
    u = urlsplit(base); c = http.client.HTTPConnection(u.hostname, u.port, timeout=10)
    c.request("GET", path, headers=headers); r = c.getresponse(); b = r.read(); c.close()
    return r.status, {k.lower(): v for k, v in r.getheaders()}, b

def server_cmd(kind, app, port, workers, threads, venv):
    b = os.path.join(venv, "bin")
    if kind == "granian":
        return [f"{b}/granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads), "--no-access-log", "--log-level", "error", app]
    c = [f"{b}/gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(workers), "--log-level", "error", "--worker-class", kind.split("-")[1]]
    if kind.endswith("gthread"): c += ["--threads", str(threads), "--keep-alive", "5"]
    return c + [app]

def start(cmd, port, **kw):
    p = subprocess.Popen(cmd, stdout=subprocess.DEVNULL, stderr=kw.pop("stderr", subprocess.DEVNULL), start_new_session=True, **kw)
    wait(port); return p

def stop(p):
    try: os.killpg(p.pid, signal.SIGTERM); p.wait(5)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        try: os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError: pass

def start_nginx(tmp, pages, gz, workers):
    port = free_port(); root = f"{tmp}/www"; os.makedirs(tmp, exist_ok=True); os.makedirs(f"{root}/d", exist_ok=True); os.chmod(tmp, 0o755)
    names = []
    for n, body in enumerate(pages):
        open(f"{root}/d/{n}.html", "wb").write(body)
        if gz: open(f"{root}/d/{n}.html.gz", "wb").write(gzip.compress(body, 9))
        names.append(f"/d/{n}.html")
    open(f"{tmp}/nginx.conf", "w").write(f"""worker_processes {workers}; pid {tmp}/nginx.pid; error_log {tmp}/nginx.err; daemon off;
events {{ worker_connections 4096; }}
http {{ types {{ text/html html; }} charset utf-8; access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=5000 inactive=60s;
  client_body_temp_path {tmp}/b; proxy_temp_path {tmp}/p; fastcgi_temp_path {tmp}/f; uwsgi_temp_path {tmp}/u; scgi_temp_path {tmp}/s;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {root}; gzip_static {'on' if gz else 'off'}; }} }}""")
    nx = shutil.which("nginx") or "/usr/sbin/nginx"
    return start([nx, "-c", f"{tmp}/nginx.conf", "-e", f"{tmp}/nginx.err"], port), f"http://127.0.0.1:{port}", names

def wrk(tmp, base, lines, conns, secs, headers, pid=None):
    f = f"{tmp}/paths.txt"; open(f, "w").write("".join(f"{p}\t{t}\n" for p, t in lines))
    c = ["wrk", "-t", "1", "-c", str(conns), "-d", f"{secs}s", "--timeout", "5s", "-s", f"{tmp}/w.lua"]
    for k, v in headers.items(): c += ["-H", f"{k}: {v}"]
    c0 = cpu(pid) if pid else 0
    o = subprocess.run(c + [base, "--", f], capture_output=True, text=True, timeout=secs + 20)
    c1 = cpu(pid) if pid else 0
    j = [x for x in o.stdout.splitlines() if x.startswith("JSON ")]
    if not j: sys.exit("wrk failed: " + o.stdout + o.stderr)
    d = json.loads(j[0][5:]); n = max(d["req"], 1)
    return {"rps": d["req"] / d["us"] * 1e6, "p50": d["p50"] / 1000, "p99": d["p99"] / 1000, "max": d["max"] / 1000, "cpu_us": (c1 - c0) / n * 1e6 if pid else None, "status": d["status"], "sock": d["sock"], "req": d["req"]}

def main(argv=None):
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    A = a.add_argument
    A("--base", required=True); A("paths", nargs="*"); A("--paths-file"); A("--server", default="gunicorn-gthread", choices=["gunicorn-sync", "gunicorn-gthread", "granian"])
    A("--workers", type=int, default=2); A("--threads", type=int, default=4); A("--venv", default=sys.prefix); A("--pid", type=int)
    A("--conns", default="16,64"); A("--duration", type=int, default=3); A("--rounds", type=int, default=3)
    for f in ("close", "gzip", "conditional", "no-nginx", "no-hello"): A("--" + f, action="store_true")
    A("--json"); A("--lock", default=os.path.join(tempfile.gettempdir(), "bench.lock")); A("--label", default="target")
    a = a.parse_args(argv)
    if urlsplit(a.base).hostname not in ("127.0.0.1", "localhost"): sys.exit("only 127.0.0.1 may be loaded")
    paths = list(a.paths)
    if a.paths_file: paths += open(a.paths_file).read().split()
    if not paths: sys.exit("no paths")
    H = {"User-Agent": PHONE, **({"Accept-Encoding": "gzip"} if a.gzip else {})}  # a person's, so that scans are counted
    WH = dict(H, **({"Connection": "close"} if a.close else {}))
    pages, tags, size = [], [], 0
    for p in paths:
        s, h, b = fetch(a.base, p, H); size += len(b)
        if s != 200: sys.exit(f"{p} answered {s}")
        if a.conditional:
            if "etag" not in h: sys.exit(f"{p} has no ETag")
            if fetch(a.base, p, dict(H, **{"If-None-Match": h["etag"]}))[0] != 304: sys.exit(f"{p} does not answer 304 to its own ETag")
        pages.append(gzip.decompress(b) if h.get("content-encoding") == "gzip" else b); tags.append(h.get("etag", "") if a.conditional else "")
    tmp = tempfile.mkdtemp(prefix="bench-page."); procs, runs, rows, bad = [], [], [], 0
    try:
        open(f"{tmp}/w.lua", "w").write(LUA)
        runs.append((a.label, a.base, list(zip(paths, tags)), a.pid))
        if not a.no_nginx:
            p, base, names = start_nginx(tmp, pages, a.gzip, a.workers); procs.append(p)
            nt = [fetch(base, n, H)[1].get("etag", "") if a.conditional else "" for n in names]
            runs.append(("nginx", base, list(zip(names, nt)), p.pid))
        if not a.no_hello:
            open(f"{tmp}/hello_ref.py", "w").write('from flask import Flask\napp = Flask(__name__)\n@app.get("/hello")\ndef hello(): return "Hello, World!"\n')
            port = free_port()
            p = start(server_cmd(a.server, "hello_ref:app", port, a.workers, a.threads, a.venv), port, cwd=tmp, env={k: v for k, v in os.environ.items() if k != "GUNICORN_CMD_ARGS"}); procs.append(p)
            runs.append(("hello", f"http://127.0.0.1:{port}", [("/hello", "")], p.pid))
        time.sleep(0.5)
        with open(a.lock, "a") as lk:
            fcntl.flock(lk, fcntl.LOCK_EX)
            for n, base, ln, pid in runs: wrk(tmp, base, ln, 8, 1, WH)           # warm-up, not counted
            for c in map(int, a.conns.split(",")):
                for r in range(a.rounds):
                    for n, base, ln, pid in (runs if r % 2 == 0 else runs[::-1]):
                        rows.append(dict(wrk(tmp, base, ln, c, a.duration, WH, pid), who=n, conns=c, round=r, load=os.getloadavg()[0]))
        md = lambda v: st.median(v) if v and v[0] is not None else float("nan")
        print(f"# {len(paths)} path(s), mean body {size / len(paths):.0f} B{' gzip' if a.gzip else ''}{' 304' if a.conditional else ''}, {'close' if a.close else 'keep-alive'}, reference {a.server} -w {a.workers} --threads {a.threads}, {a.rounds}x{a.duration}s, median (min-max)")
        print(f"{'who':<12}{'conns':>6}{'rps':>9}{'(min-max)':>16}{'p50 ms':>9}{'p99 ms':>9}{'cpu us/req':>12}{'errors':>8}")
        for c in map(int, a.conns.split(",")):
            R = {n: [x for x in rows if x["who"] == n and x["conns"] == c] for n, *_ in runs}
            for n, x in R.items():
                v = [y["rps"] for y in x]; e = sum(y["status"] + y["sock"] for y in x); bad += e if n == a.label else 0
                print(f"{n:<12}{c:>6}{md(v):>9.0f}{f'{min(v):.0f}-{max(v):.0f}':>16}{md([y['p50'] for y in x]):>9.2f}{md([y['p99'] for y in x]):>9.2f}{md([y['cpu_us'] for y in x]):>12.0f}{e:>8}")
            for ref in ("nginx", "hello"):
                if ref in R:
                    q = [t["rps"] / n["rps"] for t, n in zip(R[a.label], R[ref])]
                    k = [t["cpu_us"] / n["cpu_us"] for t, n in zip(R[a.label], R[ref]) if t["cpu_us"] and n["cpu_us"]]
                    print(f"  ratio {a.label}/{ref} @{c}: rps {md(q):.3f} ({min(q):.3f}-{max(q):.3f})" + (f", cpu per request {md(k):.2f}x" if k else ""))
        for n, _, _, pid in runs:
            if pid: print(f"  memory {n}: per process RSS/PSS MB " + ", ".join(f"{r:.0f}/{p:.0f}" for r, p in memory(pid)))
        if a.json: json.dump({"args": vars(a), "rows": rows}, open(a.json, "w"), indent=1)
    finally:
        for p in procs: stop(p)
        shutil.rmtree(tmp, ignore_errors=True)
    return 1 if bad else 0
if __name__ == "__main__": sys.exit(main())
