#!/usr/bin/env python3
"""Compares what the `functionmesh` program makes of custom resources with what the reference operator makes of them.

usage: compare.py --program PATH [--show N] [--only TEXT] CASES_DIR...

Each case is a folder: input.yaml (custom resources; JSON is YAML), an optional operator.yaml (operator settings)
and expected.json (recorded). For each case the program is run twice:
  functionmesh validate -f input.yaml -o json
      -> {"items": [{"object": "Function/ns/name", "errors": [{"field": "spec.x", "message": "..."}]}]}, exit 0 or 1
  functionmesh render -f input.yaml [--operator-config operator.yaml] -o json
      -> {"kind": "List", "items": [... StatefulSet, Service, HorizontalPodAutoscaler, VerticalPodAutoscaler, Job ...]}
Objects are matched by kind and name and compared by meaning (normal.py). Where the reference itself crashes, any
orderly answer passes. The last line printed is "N passed, M failed".
"""

import argparse
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import normal


def diff(a, b, path=""):
    if a == "broken":
        return []  # the reference's own command line does not survive the shell here
    if isinstance(a, dict) and isinstance(b, dict):
        out = []
        for k in sorted(set(a) | set(b)):
            if k not in a:
                out.append(f"{path}.{k}: only the program has {json.dumps(b[k])[:240]}")
            elif k not in b:
                out.append(f"{path}.{k}: missing, reference {json.dumps(a[k])[:240]}")
            else:
                out += diff(a[k], b[k], f"{path}.{k}")
        return out
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [d for i, (x, y) in enumerate(zip(a, b)) for d in diff(x, y, f"{path}[{i}]")]
    return (
        []
        if a == b
        else [f"{path}: reference {json.dumps(a)[:400]} | program {json.dumps(b)[:400]}"]
    )


def top(field):
    """spec.functions[0].input.topics -> input; metadata.name and name -> name; fields the two name alike at this depth"""
    f = re.sub(r"^spec\.(functions|sources|sinks)\[\d+\]\.", "spec.", field).lower()
    return re.split(r"[.\[]", f.removeprefix("spec.").removeprefix("metadata."))[0]


def run(args):
    p = subprocess.run(args, capture_output=True, text=True, timeout=60)
    return p.returncode, p.stdout, p.stderr


def check(program, case):
    expected = json.load(open(os.path.join(case, "expected.json")))
    inp, op = os.path.join(case, "input.yaml"), os.path.join(case, "operator.yaml")
    code, out, err = run([program, "validate", "-f", inp, "-o", "json"])
    if code not in (0, 1):
        return [f"validate ended with {code}: {err.strip()[:200]}"]
    try:
        errors = [e for i in json.loads(out)["items"] for e in i.get("errors", [])]
    except Exception as e:
        return [f"validate printed no JSON list ({e}): {out[:200]} {err[:200]}"]
    got, want = {top(e["field"]) for e in errors}, {top(f) for f in expected["rejectedAt"]}
    if want:
        if (
            want == {"resources"} and code == 0
        ):  # the reference asks for resources that it means to fill in by default
            code, out, err = run([program, "render", "-f", inp, "-o", "json"])
            return (
                []
                if code == 0 and '"StatefulSet"' in out
                else [f"accepted, then not rendered: {code} {err.strip()[:200]}"]
            )
        if code == 0:
            return [f"accepted, but the reference rejects it at {expected['rejectedAt']}"]
        missing = want - got - {"resources", "runtime", ""}
        return (
            [f"rejected at {sorted(got)}, the reference also at {sorted(missing)}"]
            if missing
            else []
        )
    if expected["referenceFails"]:
        return []
    if code != 0:
        return [f"rejected, but the reference accepts it: {json.dumps(errors)[:300]}"]
    render = [program, "render", "-f", inp, "-o", "json"] + (
        ["--operator-config", op] if os.path.exists(op) else []
    )
    code, out, err = run(render)
    if run(render)[1] != out:
        return ["render is not the same twice"]
    if code != 0:
        return [f"render ended with {code}: {err.strip()[:300]}"]
    try:
        objects = json.loads(out)["items"]
    except Exception as e:
        return [f"render printed no JSON list ({e}): {out[:200]}"]
    mine, problems = {f'{o["kind"]}/{o["metadata"]["name"]}': o for o in objects}, []
    for name, want in expected["objects"].items():
        if name not in mine:
            problems.append(f"{name}: not rendered")
            continue
        problems += [
            f"{name}{d}" for d in diff(want, normal.object_(name.split("/")[0], mine[name]))
        ]
    extra = [
        n
        for n in mine
        if n.split("/")[0]
        in ("StatefulSet", "Service", "HorizontalPodAutoscaler", "VerticalPodAutoscaler", "Job")
        and n not in expected["objects"]
    ]
    return problems + [f"{n}: rendered, but the reference makes none" for n in extra]


def main():
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ap.add_argument("--program", required=True)
    ap.add_argument("--show", type=int, default=3)
    ap.add_argument("--only", default="")
    ap.add_argument("cases", nargs="+")
    a = ap.parse_args()
    ok = bad = 0
    for root in a.cases:
        for name in sorted(os.listdir(root)):
            case = os.path.join(root, name)
            if not os.path.exists(os.path.join(case, "expected.json")) or a.only not in name:
                continue
            try:
                problems = check(a.program, case)
            except subprocess.TimeoutExpired:
                problems = ["no answer within 60 s"]
            except (AttributeError, IndexError, KeyError, StopIteration, TypeError) as e:
                problems = [f"an object of an unexpected shape: {e!r}"]
            ok, bad = (ok, bad + 1) if problems else (ok + 1, bad)
            if problems:
                print(f"FAIL {name}")
                for x in problems[: a.show]:
                    print("   ", x)
    print(f"{ok} passed, {bad} failed")
    sys.exit(1 if bad or not ok else 0)


main()
