import assert from "node:assert/strict";
import { connect } from "node:net";
import { execa } from "execa";

import { startCluster } from "../../local/cluster/cluster.ts";
import { bringImages } from "../../local/cluster/importImages.ts";
import { hostAddress } from "../../local/cluster/layout.ts";
import { ensureImages } from "../../local/images/images.ts";
import { ensureTools } from "../../local/toolchain/tools.ts";
import { bundledPostgresqlImage as image } from "../../planning/versions.ts";
import { type LiveObject, makeNamespace, type TestNamespace } from "../helpers/kubernetes.ts";
import { eventually } from "../helpers/wait.ts";

const quiet = () => undefined;

const port = 5432;

/** A pod that ends at once, with what its container has besides the image. */
function podOf(name: string, container: object): LiveObject {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "main", image, ...container }] },
    };
}

/** Ready once kubelet could connect to it. */
const listener = (name: string) =>
    podOf(name, {
        env: [{ name: "POSTGRES_HOST_AUTH_METHOD", value: "trust" }],
        readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    });

const client = (name: string) => podOf(name, { command: ["sleep", "infinity"] });

const service: LiveObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "server" },
    spec: { selector: { app: "server" }, ports: [{ port }] },
};

const pod = (app: string) => ({ podSelector: { matchLabels: { app } } });

describe("network policies on the local node", () => {
    let namespace: TestNamespace;
    let kubectl: string;
    let address: string;

    before(async () => {
        await startCluster(quiet);
        await bringImages([image], await ensureImages([image], quiet), quiet);
        kubectl = (await ensureTools(["kubectl"], quiet)).kubectl.path;
        namespace = await makeNamespace();
        for (const object of [listener("server"), service, client("friend"), client("stranger")])
            await namespace.create(object);
        for (const name of ["server", "friend", "stranger"]) await eventually(name, 60, () => isReady(name));
        address = String((await namespace.get("v1", "Pod", "server")).status.podIP);
    });
    after(() => namespace?.remove());

    /** By kubectl: the client library knows the field `from` under another name, and drops it. */
    async function apply(name: string, spec: object): Promise<void> {
        const metadata = { name, namespace: namespace.name };
        const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec };
        const options = ["--kubeconfig", namespace.kubeconfig, "apply", "-f", "-"];
        await execa(kubectl, options, { input: JSON.stringify(policy) });
    }

    async function isReady(name: string): Promise<boolean> {
        const { status } = await namespace.get("v1", "Pod", name);
        return status?.containerStatuses?.[0]?.ready === true;
    }

    /** What a pod learns when it connects: a packet that is dropped is answered by nobody. */
    async function from(name: string, host: string): Promise<"open" | "no answer"> {
        const script = `timeout 1 bash -c 'exec 3<>/dev/tcp/${host}/${port}' && echo open || echo no answer`;
        const options = ["--kubeconfig", namespace.kubeconfig, "--namespace", namespace.name];
        const { stdout } = await execa(kubectl, [...options, "exec", name, "--", "bash", "-c", script]);
        return stdout.trim() as "open" | "no answer";
    }

    function fromMachine(): Promise<"open" | "no answer"> {
        return new Promise((resolve) => {
            const socket = connect({ host: address, port, timeout: 1000 });
            const end = (outcome: "open" | "no answer") => {
                socket.destroy();
                resolve(outcome);
            };
            socket.on("connect", () => end("open")).on("timeout", () => end("no answer"));
        });
    }

    async function seen() {
        const [friend, stranger, machine] = await Promise.all([
            from("friend", "server"),
            from("stranger", address),
            fromMachine(),
        ]);
        return { friend, stranger, machine };
    }

    /** Policies are in force a moment after they are made; what they say then must stay so. */
    async function settlesAt(expected: Awaited<ReturnType<typeof seen>>): Promise<void> {
        let last: Awaited<ReturnType<typeof seen>> | undefined;
        await eventually("the policies", 10, async () => {
            last = await seen();
            return JSON.stringify(last) === JSON.stringify(expected);
        }).catch(() => assert.deepEqual(last, expected));
        assert.deepEqual(await seen(), expected);
    }

    it("refuse nothing as long as there is none", async () => {
        await settlesAt({ friend: "open", stranger: "open", machine: "open" });
    });

    it("let nobody in once one selects a pod, but kubelet", async () => {
        await apply("closed", { podSelector: {}, policyTypes: ["Ingress"] });
        await settlesAt({ friend: "no answer", stranger: "no answer", machine: "no answer" });
        await namespace.create(listener("late"));
        await eventually("kubelet to reach a pod that nobody else reaches", 60, () => isReady("late"));
    });

    it("let in whom they name, at the port they name", async () => {
        const rule = { from: [pod("friend")], ports: [{ port }] };
        await apply("friends", { ...pod("server"), policyTypes: ["Ingress"], ingress: [rule] });
        await settlesAt({ friend: "open", stranger: "no answer", machine: "no answer" });
        const other = { ...rule, ports: [{ port: port + 1 }] };
        await apply("friends", { ...pod("server"), policyTypes: ["Ingress"], ingress: [other] });
        await settlesAt({ friend: "no answer", stranger: "no answer", machine: "no answer" });
    });

    it("know the machine by its end of the link", async () => {
        const rule = { from: [{ ipBlock: { cidr: `${hostAddress}/32` } }], ports: [{ port }] };
        await apply("friends", { ...pod("server"), policyTypes: ["Ingress"], ingress: [rule] });
        await settlesAt({ friend: "no answer", stranger: "no answer", machine: "open" });
    });

    it("refuse nothing any more when they are deleted", async () => {
        await namespace.delete("networking.k8s.io/v1", "NetworkPolicy", "closed");
        await namespace.delete("networking.k8s.io/v1", "NetworkPolicy", "friends");
        await settlesAt({ friend: "open", stranger: "open", machine: "open" });
    });

    it("keep pods from going out, until name resolution and the other end are allowed", async () => {
        const name = "kept";
        await apply(name, { ...pod("friend"), policyTypes: ["Egress"] });
        await settlesAt({ friend: "no answer", stranger: "open", machine: "open" });
        const rules = [{ ports: [{ port: 53, protocol: "UDP" }] }, { to: [pod("server")], ports: [{ port }] }];
        await apply(name, { ...pod("friend"), policyTypes: ["Egress"], egress: rules });
        await settlesAt({ friend: "open", stranger: "open", machine: "open" });
    });
});
