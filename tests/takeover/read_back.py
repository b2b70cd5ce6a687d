"""Applies what recorded cases become to a real API server, and looks at what it gives back.

    read_back.py --program functionmesh --check read_back_check --kubeconfig FILE CASES...

Every StatefulSet, Service and HorizontalPodAutoscaler of the cases is applied (server-side, as the operator does), applied
again (which must change nothing), and compared as the operator compares at rest: a difference there would be a write for
ever. CASES are folders with an input.yaml each, or folders of such.
"""
import argparse, base64, http.client, json, pathlib, re, ssl, subprocess, sys, tempfile, time
import yaml

PATHS = {
    "StatefulSet": "/apis/apps/v1/namespaces/{0}/statefulsets/{1}",
    "Service": "/api/v1/namespaces/{0}/services/{1}",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{0}/horizontalpodautoscalers/{1}",
}


class Server:
    """The API server of a kubeconfig's current context, with a client certificate."""

    def __init__(self, kubeconfig):
        config = yaml.safe_load(pathlib.Path(kubeconfig).read_text())
        context = next(c["context"] for c in config["contexts"] if c["name"] == config["current-context"])
        cluster = next(c["cluster"] for c in config["clusters"] if c["name"] == context["cluster"])
        user = next(u["user"] for u in config["users"] if u["name"] == context["user"])
        tls = ssl.create_default_context(cadata=self.text(cluster, "certificate-authority"))
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pem:
            pem.write(self.text(user, "client-certificate") + "\n" + self.text(user, "client-key"))
            pem.flush()
            tls.load_cert_chain(pem.name)
        self.connection = http.client.HTTPSConnection(cluster["server"].split("//")[1], context=tls, timeout=60)

    @staticmethod
    def text(section, name):
        if name + "-data" in section:
            return base64.b64decode(section[name + "-data"]).decode()
        return pathlib.Path(section[name]).read_text()

    def request(self, method, path, body, kind="application/json"):
        self.connection.request(method, path, json.dumps(body), {"Content-Type": kind})
        answer = self.connection.getresponse()
        content = json.loads(answer.read())
        return answer.status, content

    def apply(self, obj):
        path = PATHS[obj["kind"]].format(obj["metadata"]["namespace"], obj["metadata"]["name"])
        return self.request("PATCH", path + "?fieldManager=functionmesh&force=true", obj, "application/apply-patch+yaml")


def cases_in(folders):
    for folder in map(pathlib.Path, folders):
        if (folder / "input.yaml").exists():
            yield folder
        else:
            yield from sorted(f.parent for f in folder.glob("*/input.yaml"))


def rendered(program, case):
    command = [program, "render", "-f", str(case / "input.yaml"), "-o", "json"]
    if (case / "operator.yaml").exists():
        command += ["--operator-config", str(case / "operator.yaml")]
    out = subprocess.run(command, capture_output=True, text=True)
    return [o for o in json.loads(out.stdout)["items"] if o["kind"] in PATHS] if out.returncode == 0 else []


def declare_volumes(obj):
    """Some recorded cases mount a volume that nobody declares: no API server takes that."""
    pod = obj["spec"].get("template", {}).get("spec")
    if pod is None:
        return
    known = {v["name"] for v in pod.get("volumes", [])} | {c["metadata"]["name"] for c in obj["spec"].get("volumeClaimTemplates", [])}
    for container in pod.get("initContainers", []) + pod["containers"]:
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in known:
                known.add(mount["name"])
                pod.setdefault("volumes", []).append({"name": mount["name"], "emptyDir": {}})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--check", required=True)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    server = Server(options.kubeconfig)
    run = int(time.time()) % 1_000_000
    pairs, refused, restless = [], [], []
    for case in cases_in(options.cases):
        namespace = "case-" + re.sub("[^a-z0-9]+", "-", case.name.lower())[:45].strip("-") + f"-{run}"
        objects = rendered(options.program, case)
        if objects:
            server.request("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        for desired in objects:
            desired["metadata"]["namespace"] = namespace
            declare_volumes(desired)
            name = f"{case.name} {desired['kind']}/{desired['metadata']['name']}"
            status, live = server.apply(desired)
            if status not in (200, 201):
                refused.append(f"{name}: {live.get('message', status)}")
                continue
            again = server.apply(desired)[1]
            if again["metadata"]["resourceVersion"] != live["metadata"]["resourceVersion"]:
                restless.append(name)
            pairs.append({"name": name, "desired": desired, "live": live})
        if objects:
            server.request("DELETE", f"/api/v1/namespaces/{namespace}", {})
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(pairs, file)
        file.flush()
        different = subprocess.run([options.check, file.name]).returncode
    for line in refused:
        print("refused:", line)
    for line in restless:
        print("changed when applied again:", line)
    return 1 if different or restless or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
