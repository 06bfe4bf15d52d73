#!/usr/bin/env python3
"""Serving landmarks: the service against the bare network, and against a Python and a Node server.

    mvn -q package -DskipTests && mvn -q package -pl benchmarks -am -DskipTests
    (cd benchmarks/peers/node && npm ci --ignore-scripts)
    benchmarks/serving.py --model model.onnx --size 112 --picture photo.jpg --box 200,100,260,260
    benchmarks/serving.py        # the model in deploy/models, in 32 and in 8 bits

Starts a broker, the service and, one after the other, its peers on loopback, puts load on each with
`facealign bench`, and prints tables in Markdown. Ends what it started, and nothing else. --soak MINUTES watches the
service's memory, threads and files under mixed load instead.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
SHIPPED = HOME / "deploy"
KAFKA, CONTROLLER, GRPC, HTTP, PEER = 29792, 29793, 29751, 29752, 29761
ENVIRONMENT = dict(os.environ, ORT_DISABLE_TELEMETRY="1")


def class_path(module):
    target = HOME / module / "target"
    jars = sorted(target.glob(module + "-*.jar")) + sorted(target.glob("classes"))
    if not jars or not (target / "classpath.txt").exists():
        sys.exit(f"{module}: not built (expected: mvn -q package -DskipTests)")
    return f"{jars[0]}:{(target / 'classpath.txt').read_text().strip()}"


class Started:
    """Processes of this run; ended in reverse order."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []

    def start(self, name, command, ready, environment=ENVIRONMENT, cwd=HOME):
        log = open(self.folder / (name + ".log"), "w")
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=cwd)
        self.processes.append(process)
        end = time.time() + 120
        while not ready():
            if process.poll() is not None or time.time() > end:
                sys.exit(f"{name}: did not start, see {log.name}")
            time.sleep(0.1)
        return process

    def says(self, name, word):
        return lambda: word in (self.folder / (name + ".log")).read_text(errors="replace")

    def end(self, process):
        self.processes.remove(process)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()

    def end_all(self):
        for process in reversed(list(self.processes)):
            self.end(process)


def answers_http():
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{HTTP}/health", timeout=1).close()
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def java(module, main, *arguments, options=()):
    return ["java", *options, "-cp", class_path(module), main, *map(str, arguments)]


def cli(*arguments, compiler=("-XX:TieredStopAtLevel=1",)):
    return java("cli", "dev.facealign.cli.Facealign", *arguments, options=["-XX:+UseSerialGC", *compiler])


def output(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    if done.returncode != 0 and not done.stdout:
        sys.exit(f"{command[-8:]}: {done.stderr}")
    return done.stdout


def bench(port, *arguments, compiler=("-XX:TieredStopAtLevel=1",)):
    text = output(cli("bench", "--inference", f"127.0.0.1:{port}", "--json", *arguments, compiler=compiler))
    return json.loads(text)["loads"]


def processor_seconds(pid):
    """What a process has taken of all processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Window:
    """Processor time that a process takes in a time that begins later."""

    def __init__(self, pid, after, seconds):
        self.pid, self.after, self.seconds = pid, after, seconds
        self.share = float("nan")
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        time.sleep(self.after)
        before = processor_seconds(self.pid)
        time.sleep(self.seconds)
        self.share = (processor_seconds(self.pid) - before) / self.seconds

    def processors(self):
        self.thread.join()
        return self.share


def settings_of(settings):
    return dict(setting.split("=", 1) for setting in settings)


def start_inference(started, options, **environment):
    return started.start(
        "service",
        java("inference-service", "dev.facealign.inference.InferenceApplication",
             options=["-Xmx1024m", *options.java_option]),
        answers_http, dict(ENVIRONMENT, GRPC_SERVER_PORT=str(GRPC), MICRONAUT_SERVER_PORT=str(HTTP), **environment))


def start_service(started, options, settings=()):
    if options.model.is_relative_to(SHIPPED):
        return start_inference(started, options, FACEALIGN_KAFKA_ENABLED="false",
                               FACEALIGN_ARTIFACTS_ROOT=str(SHIPPED), **settings_of(settings))
    folder = started.folder
    started.start(
        "broker",
        java("broker", "dev.facealign.broker.BrokerApplication", "--dir", folder / "kafka", "--port", KAFKA,
             "--controller-port", CONTROLLER, options=["-Xmx256m"]),
        started.says("broker", "broker ready"))
    service = start_inference(started, options, FACEALIGN_KAFKA_BOOTSTRAP_SERVERS=f"127.0.0.1:{KAFKA}",
                              FACEALIGN_ARTIFACTS_ROOT=str(folder / "artifacts"), **settings_of(settings))
    version = publish(started, options.model, options.size, "bench")
    for attempt in range(30):
        command = cli("models", "promote", version, "--inference", f"127.0.0.1:{GRPC}")
        promoted = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if promoted.returncode == 0:
            return service
        time.sleep(1)
    sys.exit(f"the model was not taken up: {promoted.stderr}")


def publish(started, model, size, name):
    command = java(
        "benchmarks", "dev.facealign.benchmarks.serving.PublishModel", "--model", model, "--size", size, "--name", name,
        "--artifacts", started.folder / "artifacts", "--kafka", f"127.0.0.1:{KAFKA}")
    return output(command).split()[-1]


def figures(load, *path):
    value = load
    for name in path:
        value = value[name]
    return float("nan") if value is None else value


def crops(options, service):
    """Decoded crops on streams against the bare loop, in turns."""
    rows = []
    for _ in range(options.repetitions):
        warm = options.warm_up if not rows else options.warm_up / 2
        # The client's JVM takes a second to start.
        window = Window(service.pid, warm + 2, options.seconds - 2)
        # Compiled to the end: the client takes its share of the same processors.
        load = bench(GRPC, "--raw", options.size, "--streams", 4, "--concurrency", options.in_flight,
                     "--warm-up", warm, "--duration", options.seconds, compiler=())[0]
        bare = json.loads(output(java(
            "benchmarks", "dev.facealign.benchmarks.serving.BareLoop", "--model", options.model, "--size", options.size,
            "--batch", options.batch, "--threads", options.threads, "--runs", options.runs,
            "--seconds", options.seconds)))["imagesPerSecond"]
        ours, processors = load["answeredPerSecond"], window.processors()
        rows.append((bare, ours, ours / bare, ours / processors / (bare / (options.threads * options.runs)), processors,
                     figures(load, "latencyMs", "p50"), figures(load, "latencyMs", "p99")))
        print("crops:", [round(x, 2) for x in rows[-1]], file=sys.stderr)
    bare, ours, ratio, by_time, processors, p50, p99 = (statistics.median(column) for column in zip(*rows))
    print("\n| input | what | images/s | ratio | processors taken | images a processor second, ratio | p50 ms | p99 ms |")
    print("|---:|---|---:|---:|---:|---:|---:|---:|")
    print(f"| {options.size} | bare ONNX Runtime | {bare:.0f} | 1.00 | {options.threads * options.runs} | 1.00 | | |")
    print(f"| {options.size} | facealign, crops on streams | {ours:.0f} | {ratio:.2f} | {processors:.2f} | {by_time:.2f} |"
          f" {p50:.1f} | {p99:.1f} |")


def pictures(options):
    if not options.picture:
        return []
    return [options.picture, "--box", options.box]


def ladder(options, port, name, warm_up=10):
    """One server's capacity, then rates below and above it."""
    shares = ["30%", "50%", "60%", "70%", "80%", "90%", "120%"]
    bench(port, *pictures(options), "--unary", "--concurrency", options.callers, "--warm-up", warm_up,
          "--duration", 1)  # brings the server to its pace
    loads = bench(port, *pictures(options), "--unary", "--concurrency", options.callers, "--warm-up", 3,
                  "--duration", options.seconds, "--rates", ",".join(shares))
    for load in loads:
        print(name, load["load"], round(load["answeredPerSecond"], 1), load["latencyMs"]["p99"], file=sys.stderr)
    return loads


def ms(value):
    return "" if value is None or value != value else f"{value:.1f}"


def peers(started, options, service_ladder):
    servers = [("facealign", service_ladder)]
    if options.model.is_relative_to(SHIPPED):
        service = start_service(started, options, [*options.setting, "FACEALIGN_INFERENCE_NETWORK_PRECISION=int8"])
        servers.append(("facealign, 8 bits", ladder(options, GRPC, "8 bits", options.warm_up)))
        started.end(service)
    if "python" in options.peers:
        for workers, threads in ((2, 1), (1, 2)):
            name = f"Python, {workers} x {threads} threads"
            log = f"python-{workers}"
            server = started.start(
                log, ["/usr/bin/python3", HOME / "benchmarks/peers/detect_torch.py", options.model, str(PEER),
                      "--workers", str(workers), "--threads", str(threads)],
                started.says(log, "ready"), dict(ENVIRONMENT, OMP_NUM_THREADS=str(threads)))
            servers.append((name, ladder(options, PEER, name)))
            started.end(server)
    if "node" in options.peers:
        for pool, threads in ((2, 1), (2, 2)):
            name = f"Node, {threads} thread{'s' if threads > 1 else ''}"
            log = f"node-{threads}"
            server = started.start(
                log, ["node", "detect.js", options.model, str(options.size), str(PEER), str(threads)],
                started.says(log, "ready"), dict(ENVIRONMENT, UV_THREADPOOL_SIZE=str(pool + 1)),
                HOME / "benchmarks/peers/node")
            servers.append((name, ladder(options, PEER, name)))
            started.end(server)
    print(f"\n| server | capacity, images/s | p50 ms at 50 % | p99 | p50 at 80 % | p99 | p50 at 120 % | p99 | refused |"
          f" refusal p99 ms | images/s with p99 <= {options.bound:.0f} ms |\n|---|" + "---:|" * 10)
    for name, loads in servers:
        closed, rates = loads[0], loads[1:]
        by_share = {load["load"]: load for load in rates}
        within = [load["answeredPerSecond"] for load in rates
                  if load["latencyMs"]["p99"] is not None and load["latencyMs"]["p99"] <= options.bound
                  and not load["outcomes"].get("RESOURCE_EXHAUSTED")]
        cells = [f"{closed['answeredPerSecond']:.0f}"]
        for share in ("50 %", "80 %", "120 %"):
            cells += [ms(by_share[share]["latencyMs"]["p50"]), ms(by_share[share]["latencyMs"]["p99"])]
        over = by_share["120 %"]
        cells += [str(over["outcomes"].get("RESOURCE_EXHAUSTED", 0)), ms(over["refusedMs"]["p99"])]
        cells.append(f"{max(within, default=0):.0f}")
        print(f"| {name} | " + " | ".join(cells) + " |")


def overload(options, capacity):
    """Ten times what it bears, and what is left of that a second later."""
    normal = bench(GRPC, "--size", "160x120", "--unary", "--warm-up", 1, "--duration", options.seconds,
                   "--rate", capacity / 2)[0]
    over = bench(GRPC, "--size", "160x120", "--unary", "--warm-up", 1, "--duration", options.seconds,
                 "--rate", capacity * 10, "--max-open", 4000)[0]
    after = bench(GRPC, "--size", "160x120", "--unary", "--warm-up", 1, "--duration", options.seconds,
                  "--rate", capacity / 2)[0]
    print("\n| load | asked/s | answered/s | p50 ms | p99 | refused | refusal p50 ms | p99 |\n|---|" + "---:|" * 7)
    for name, load in (("half", normal), ("ten times", over), ("half, a second later", after)):
        print(f"| {name} | {load['askedPerSecond']:.0f} | {load['answeredPerSecond']:.0f} | {ms(load['latencyMs']['p50'])} |"
              f" {ms(load['latencyMs']['p99'])} | {load['outcomes'].get('RESOURCE_EXHAUSTED', 0)} |"
              f" {ms(load['refusedMs']['p50'])} | {ms(load['refusedMs']['p99'])} |")


def promotions(started, options, capacity):
    """Half of what it bears, while the champion changes all the time, and the same without."""
    versions = [publish(started, options.model, options.size, "bench-again"),
                publish(started, options.model, options.size, "bench")]
    seconds = 60
    load = ["--size", "160x120", "--unary", "--warm-up", 1, "--duration", seconds, "--rate", capacity / 2]
    promote = java("benchmarks", "dev.facealign.benchmarks.serving.Promotions", "--inference", f"127.0.0.1:{GRPC}",
                   "--versions", ",".join(versions), "--count", options.promotions,
                   "--pause-ms", int(1000 * seconds * 0.6 / options.promotions))
    rows = []
    for turn in range(2):
        rows.append(("nothing changes", bench(GRPC, *load)[0]))
        promoting = subprocess.Popen(promote, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
        rows.append((f"{options.promotions} promotions", bench(GRPC, *load)[0]))
        print("promoted:", promoting.communicate()[0].strip(), "ended with", promoting.returncode, file=sys.stderr)
    print("\n| half the load, while | answered/s | p50 ms | p99 ms | answers of another kind |\n|---|---:|---:|---:|---:|")
    for name, row in rows:
        others = sum(n for code, n in row["outcomes"].items() if code != "OK")
        print(f"| {name} | {row['answeredPerSecond']:.0f} | {ms(row['latencyMs']['p50'])} | {ms(row['latencyMs']['p99'])} | {others} |")


def process_figures(pid):
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return (int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), len(os.listdir(f"/proc/{pid}/fd")))


def heap_after_collection(pid):
    subprocess.run(["jcmd", str(pid), "GC.run"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    text = output(["jcmd", str(pid), "GC.heap_info"])
    return int(text.split(" used ")[1].split("K")[0]) / 1024


def soak(started, options, service):
    """Mixed load for so many minutes: streams and calls, files and crops, boxes and none, too much now and then, and
    models that change."""
    second = publish(started, options.model, options.size, "bench-again")
    versions = [second, publish(started, options.model, options.size, "bench")]
    kinds = [
        ["--raw", options.size, "--streams", 8, "--concurrency", 32],
        [*pictures(options), "--unary", "--rates", "60"],
        ["--find", "--streams", 4, "--concurrency", 8],
        ["--size", "160x120", "--unary", "--rates", "3000", "--max-open", 2000],
    ]
    print("\n| minute | resident MiB | heap MiB after collection | threads | files | answered | failed |\n|---:|" + "---:|" * 6)
    began, answered, failed, round_ = time.time(), 0, 0, 0
    next_row = 0
    while time.time() - began < options.soak * 60:
        for kind in kinds:
            for load in bench(GRPC, *kind, "--warm-up", 0, "--duration", 8):
                answered += load["outcomes"].get("OK", 0)
                failed += sum(n for code, n in load["outcomes"].items() if code not in ("OK", "RESOURCE_EXHAUSTED"))
        subprocess.run(cli("models", "promote", versions[round_ % 2], "--inference", f"127.0.0.1:{GRPC}"),
                       stdout=subprocess.DEVNULL)
        round_ += 1
        minute = (time.time() - began) / 60
        if minute >= next_row:
            heap = heap_after_collection(service.pid)
            resident, threads, files = process_figures(service.pid)
            print(f"| {minute:.1f} | {resident:.0f} | {heap:.0f} | {threads} | {files} | {answered} | {failed} |", flush=True)
            next_row = minute + max(1, options.soak / 15)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=next(SHIPPED.glob("models/*/model.onnx")),
                        help="model.onnx of 68 points (default: the one in deploy/models)")
    parser.add_argument("--size", type=int, default=224, help="side of its input, pixels")
    parser.add_argument("--picture", help="a photograph (default: drawn ones of 640 x 480)")
    parser.add_argument("--box", help="where its face is: X,Y,W,H")
    parser.add_argument("--peers", default="python,node")
    parser.add_argument("--parts", default="crops,pictures,overload", help="of those and promotions")
    parser.add_argument("--promotions", type=int, default=1000, help="in a minute")
    parser.add_argument("--seconds", type=float, default=8, help="of each measurement")
    parser.add_argument("--warm-up", type=float, default=60, help="seconds; on two busy cores the JIT takes that long")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=32, help="crops under way")
    parser.add_argument("--callers", type=int, default=8, help="of the capacity's closed loop")
    parser.add_argument("--bound", type=float, default=50, help="ms: the p99 at which servers are compared")
    parser.add_argument("--batch", type=int, default=4, help="of the bare loop")
    parser.add_argument("--threads", type=int, default=1, help="of a run of the bare loop")
    parser.add_argument("--runs", type=int, default=2, help="at a time, of the bare loop")
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE",
                        help="environment of the service, such as FACEALIGN_INFERENCE_BATCH_MAX_SIZE=8")
    parser.add_argument("--java-option", action="append", metavar="OPTION",
                        help="of the service's JVM (default: -XX:G1HeapRegionSize=8m, as `facealign up` has it)")
    options = parser.parse_args()
    options.java_option = options.java_option or ["-XX:G1HeapRegionSize=8m"]
    options.model = options.model.resolve()
    if options.model.is_relative_to(SHIPPED) and (options.soak or "promotions" in options.parts):
        parser.error("--model is needed for --soak and promotions: the shipped one is served without a registry")
    if options.picture:
        options.picture = str(Path(options.picture).resolve())
    with tempfile.TemporaryDirectory(prefix="facealign-serving-") as folder:
        started = Started(Path(folder))
        try:
            service = start_service(started, options, options.setting)
            if options.soak:
                soak(started, options, service)
                return
            if "crops" in options.parts:
                crops(options, service)
            if any(part in options.parts for part in ("pictures", "overload", "promotions")):
                loads = ladder(options, GRPC, "facealign", options.warm_up)
            if "overload" in options.parts:
                overload(options, loads[0]["answeredPerSecond"])
            if "promotions" in options.parts:
                promotions(started, options, loads[0]["answeredPerSecond"])
            if "pictures" in options.parts:
                started.end_all()
                peers(started, options, loads)
        finally:
            started.end_all()


if __name__ == "__main__":
    main()
