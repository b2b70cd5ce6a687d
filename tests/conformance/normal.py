"""What a Kubernetes object made for a function means, apart from how it is written.

Used on both sides of the comparison: the recorded cases hold the reference's objects in this form.
- command lines: the program started, its options and flags, JSON values by value, downloads, what is done in which order,
  and what the logging configuration asks for (not its text)
- quantities by amount; env by name, the last one counts; volumes, mounts and other lists whose order carries nothing as
  sets; empty values and zeros of probes left out
- a clean-up Job: what it would run, with which image and environment
"""

import decimal
import json
import re

UIDS = ("11111111-2222-3333-4444-555555555555", "00000000-0000-0000-0000-000000000000")
SUFFIX = {
    "n": "1e-9",
    "u": "1e-6",
    "m": "1e-3",
    "": "1",
    "k": "1e3",
    "M": "1e6",
    "G": "1e9",
    "T": "1e12",
    "P": "1e15",
    "E": "1e18",
    "Ki": 1 << 10,
    "Mi": 1 << 20,
    "Gi": 1 << 30,
    "Ti": 1 << 40,
    "Pi": 1 << 50,
    "Ei": 1 << 60,
}
UNORDERED = {"volumes", "volumeMounts", "imagePullSecrets", "envFrom", "ports", "items"}
# A Go instance's configuration: what the reference leaves empty or rounds, and a better operator may fill.
GO_FREE = {
    "sourceSchemaType",
    "sinkSchemaType",
    "receiverQueueSize",
    "secretsMap",
    "subscriptionType",
    "cpu",
}
LEVEL = r"off|trace|debug|info|warning|warn|error|fatal|critical|all"


def quantity(v):
    m = re.fullmatch(
        r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|)", str(v)
    )
    return (
        v
        if not m
        else "amount "
        + format((decimal.Decimal(m[1]) * decimal.Decimal(SUFFIX[m[2]])).normalize(), "f")
    )


class Break(str):
    "; or & or &&: the end of one command"


def words(s):
    """Shell words; a $ or ` quoted as a plain character is marked with a backslash, so it differs from an expansion."""
    out, cur, has, i, mode = [], [], False, 0, ""
    while i < len(s):
        c = s[i]
        if mode == "'":
            if c == "'":
                mode = ""
            else:
                cur.append("\\" + c if c in "$`" else c)
        elif c == "\\" and i + 1 < len(s):
            n = s[i + 1]
            if n in "$`":
                cur.append("\\" + n)
            elif mode == '"' and n not in '"\\\n':
                cur.append("\\" + n)
            elif n != "\n":
                cur.append(n)
            i += 1
            has = True
        elif c == '"':
            mode = "" if mode else '"'
            has = True
        elif c == "'" and not mode:
            mode = "'"
            has = True
        elif (c.isspace() or c in ";&") and not mode:
            if cur or has:
                out.append("".join(cur))
            cur, has = [], False
            if c in ";&":
                sep = c
                while i + 1 < len(s) and s[i + 1] == c:
                    sep += c
                    i += 1
                out.append(Break(sep))
        else:
            cur.append(c)
            has = True
        i += 1
    if cur or has:
        out.append("".join(cur))
    return out


def value(v):
    if isinstance(v, dict):
        return {k: value(x) for k, x in v.items()}
    if isinstance(v, list):
        return [value(x) for x in v]
    if isinstance(v, str):
        if v[:1] in "{[":
            try:
                return value(json.loads(v))
            except ValueError:
                pass
        return uid(v)
    if isinstance(v, (int, float)) and not isinstance(v, bool):
        return float(v)
    return v


def uid(s):
    for u in UIDS:
        s = s.replace(u, "UID")
    return s


def word(w):
    t = w.replace("\\$", "$").replace("\\`", "`")
    if t[:1] in "{[":
        try:
            return value(json.loads(t))
        except ValueError:
            pass
    return uid(w)


def segments(text):
    """(how it is joined to what comes before, words) of each command in a script"""
    out, cur, how = [], [], ""
    for w in words(text):
        if isinstance(w, Break):
            if cur:
                out.append((how, cur))
            cur, how = [], str(w)
        else:
            cur.append(w)
    return out + ([(how, cur)] if cur else [])


def logging(text, path):
    """What a log4j (XML, YAML) or Python logging (INI) configuration asks for."""
    low = text.lower()
    size = re.search(r"(104857600|52428800|10485760|100 ?mb|50 ?mb|10 ?mb)", low)
    time = (
        "monthly"
        if re.search(r"0 0 0 1 \* \?|, 30,", text)
        else (
            "weekly"
            if re.search(r"0 0 0 \? \* 1|'w0'", low)
            else "daily" if re.search(r"0 0 0 \* \* \?|, 'd', 1,", low) else None
        )
    )
    size = (
        None
        if not size
        else {"104857600": "100mb", "52428800": "50mb", "10485760": "10mb"}.get(
            size[1], size[1].replace(" ", "")
        )
    )
    levels = re.findall(rf"\b({LEVEL})\b", low)
    return {
        "file": path,
        "json": "json" in low,
        "rolls": time or size,
        "level": max(levels, key=levels.count) if levels else None,
    }


def flags(ws):
    """--name value pairs as a map (--name=value too), the rest as a sorted list"""
    named, rest, i = {}, [], 0
    while i < len(ws):
        w, nxt = ws[i], ws[i + 1] if i + 1 < len(ws) else None
        joined = re.fullmatch(r"(--[a-zA-Z_-]+)=(.*)", w, re.S) if isinstance(w, str) else None
        if joined:
            name, v = joined[1], word(joined[2])
            i += 1
        elif (
            isinstance(w, str)
            and re.fullmatch(r"--[a-zA-Z_-]+", w)
            and nxt is not None
            and not (isinstance(nxt, str) and nxt.startswith("--"))
        ):
            name, v = w, nxt
            i += 2
        else:
            rest.append(w)
            i += 1
            continue
        named[name] = v if name not in named else [named[name], v]
    return {"flags": named, "words": sorted(json.dumps(x, sort_keys=True) for x in rest)}


def program(ws):
    """A started program; for java the options of the JVM apart from the arguments of its main class"""
    if ws[:1] != ["java"]:
        return flags(ws)
    i = 1
    while (
        i < len(ws)
        and isinstance(ws[i], str)
        and (
            ws[i].startswith("-")
            or ws[i - 1] in ("-cp", "-classpath")
            or ws[i].endswith(")")
            or ".jar)" in ws[i]
        )
    ):
        i += 1
    jvm = [w for w in ws[1:i]]
    return {
        "jvm": sorted(json.dumps(x) for x in jvm),
        "main": ws[i] if i < len(ws) else None,
        **flags(ws[i + 1 :]),
    }


def script(text, filebeat=False):
    d, order, joins = {}, [], set()
    for how, seg in segments(text):
        head, line, step = seg[0], " ".join(seg), None
        if head == "exec":
            d["exec"] = program([word(w) for w in seg[1:]])
            step = "exec"
        elif head.startswith("SHARD_ID="):
            d["shard"] = line[len("SHARD_ID=") :]
            step = "shard"
        elif head.startswith("GO_FUNCTION_CONF="):
            conf = (
                line[len("GO_FUNCTION_CONF=") :]
                .replace("\\$", "$")
                .replace("\\`", "`")
                .replace("${SHARD_ID}", "0")
            )
            try:
                d["conf"] = {k: v for k, v in value(json.loads(conf)).items() if k not in GO_FREE}
            except ValueError:
                d["conf"] = "broken"
            step = "conf"
        elif head in ("echo", "printf") and ">" in seg and re.search(r"(java|python)-log", seg[-1]):
            at = seg.index(">")
            d["logging"] = logging(" ".join(seg[1:at]), seg[-1])
        elif head == "sed" and "level=" in line and "logging" in d:
            d["logging"]["level"] = re.findall(r"level=(\w+)", line)[-1].lower()
        elif head == "chmod":
            d["chmod"] = seg[-1]
            step = "chmod"
        elif not filebeat and re.search(r"wget|curl|pulsarctl|pulsar-admin|PATH=", line):
            d.setdefault("runs", []).append(flags([word(w) for w in seg]))
            step = "runs"
        if step and step not in order:
            order.append(step)
        if how and "exec" in d or step == "exec":
            joins.add(how)
    if len(order) > 1:
        d["order"] = order
    if "exec" in d and joins - {"", "&&"}:
        d["joined"] = sorted(joins)
    return d


def cleanup(job):
    pod = job["spec"]["template"]["spec"]
    c = next((c for c in pod["containers"] if c["name"] == "cleanup"), pod["containers"][0])
    text = (
        c["command"][-1]
        if len(c.get("command", [])) == 3
        else " ".join(c.get("command", []) + c.get("args", []))
    )
    steps = [
        flags([word(w) for w in s])
        for _, s in segments(text)
        if re.search(
            r"unsubscribe|subscriptions delete|topics delete|oauth2 activate|context set",
            " ".join(s),
        )
    ]
    return normal({"image": c["image"], "envFrom": c.get("envFrom")}, ("Job",)) | {
        "steps": sorted(json.dumps(s, sort_keys=True) for s in steps)
    }


def normal(v, path=()):
    key = path[-1] if path else ""
    if isinstance(v, dict):
        d = {}
        for k, x in v.items():
            if k == "creationTimestamp" or (
                len(path) <= 1 and k in ("status", "apiVersion", "kind")
            ):
                continue
            if k == "imagePullPolicy" and str(v.get("name", "")).startswith("pulsar-"):
                continue  # the reference ignores the resource's own
            if key == "annotations" and k.startswith("compute.functionmesh.io/"):
                continue  # the operator's own bookkeeping
            if key in ("livenessProbe", "startupProbe") and x == 0:
                continue
            if key in ("requests", "limits", "minAllowed", "maxAllowed"):
                d[k] = quantity(x)
                continue
            if k == "command" and isinstance(x, list) and len(x) >= 3 and "-c" in x[1:-1]:
                x = script(x[-1], v.get("name") == "filebeat")
            else:
                x = normal(x, path + (k,))
            if x is None or x == {} or x == []:
                continue
            d[k] = x
        return d
    if isinstance(v, list):
        l = [normal(x, path + (str(i),)) for i, x in enumerate(v)]
        if key == "env":
            l = {x.get("name"): x for x in l}
            return [l[k] for k in sorted(l)]
        if key in UNORDERED:
            l = [json.loads(s) for s in sorted({json.dumps(x, sort_keys=True) for x in l})]
        return l
    if isinstance(v, str):
        return uid(v)
    if isinstance(v, (int, float)) and not isinstance(v, bool):
        return float(v)
    return v


def object_(kind, o):
    return cleanup(o) if kind == "Job" else normal(o, (kind,))
