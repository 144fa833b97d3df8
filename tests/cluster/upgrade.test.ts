/** One deployment goes from a minor version to the next while its clients go on, beside another that must not notice. */
import assert from "node:assert/strict";

import type { V1Job, V1Pod } from "@kubernetes/client-node";

import { bringImages } from "../../local/cluster/importImages.ts";
import { ensureImages } from "../../local/images/images.ts";
import { paid } from "../../local/sample/workflows.ts";
import { upgradeOrder } from "../../planning/upgrades.ts";
import { deploymentImages } from "../../planning/versions.ts";
import { type Orders, takeOrders } from "../helpers/orders.ts";
import { type TemporalStack, temporalStack } from "../helpers/temporalStack.ts";
import { eventually } from "../helpers/wait.ts";

const [oldVersion, newVersion] = ["1.30.1", "1.31.2"] as const;
const platformNamespace = "temporal-upgrade-platform";
const lean = { size: "dev", webUi: false, adminTools: false };
const upgraded = { name: "up-old", slot: 14, ...lean };
const other = { name: "up-other", slot: 15, serverVersion: newVersion, ...lean };
const namespace = "temporal-up-old";
const otherNamespace = "temporal-up-other";
/** Orders that are open when the upgrade begins. */
const openOrders = 20;
/** Pause between two new orders, in milliseconds: no more than two cores can carry while pods start on them. */
const orderInterval = 500;

const quiet = () => undefined;

async function bringServerImages(version: string): Promise<void> {
    const { server, adminTools } = deploymentImages(version);
    const references = [server, adminTools];
    await bringImages(references, await ensureImages(references, quiet), quiet);
}

/** The second in which an API object says that something happened. */
const second = (time: Date | undefined) => (time ? new Date(time).getTime() / 1000 : Number.NaN);

describe("an upgrade", function () {
    this.timeout(400_000);
    let stack: TemporalStack;
    let orders: Orders;

    const configure = (serverVersion: string) =>
        stack.configure({
            platform: { namespace: platformNamespace },
            deployments: [{ ...upgraded, serverVersion }, other],
        });
    const kubectl = async (...args: string[]) => {
        const { code, output } = await stack.kubectl(...args);
        assert.equal(code, 0, output);
        return output;
    };
    /** The server pods of a deployment that aren't going away, in the order of an upgrade. */
    const servers = async (inNamespace: string): Promise<readonly V1Pod[]> => {
        const { items } = await stack.core.listNamespacedPod({ namespace: inNamespace });
        return upgradeOrder.flatMap((service) =>
            items.filter(
                ({ metadata }) =>
                    metadata?.labels?.["app.kubernetes.io/component"] === service && !metadata.deletionTimestamp,
            ),
        );
    };
    /** What stays the same of a pod as long as nobody touches it. */
    const identities = async (inNamespace: string) =>
        (await servers(inNamespace)).map(({ metadata, spec, status }) => ({
            name: metadata?.name,
            uid: metadata?.uid,
            image: spec?.containers[0]?.image,
            restarts: status?.containerStatuses?.map(({ restartCount }) => restartCount),
        }));
    const jobs = async () => {
        const list = await kubectl("get", "jobs", "-n", namespace, "-o", "json");
        return (JSON.parse(list) as { items: readonly V1Job[] }).items;
    };
    const recordedVersion = async () => {
        const name = `temporal-running-${upgraded.name}`;
        return (await stack.core.readNamespacedConfigMap({ name, namespace: platformNamespace })).data?.serverVersion;
    };
    /** Resource version of all that the stack has made in its three namespaces. */
    const resourceVersions = async () => {
        const kinds = "deployments,statefulsets,jobs,pods,services,configmaps,secrets,serviceaccounts,networkpolicies";
        const columns = "custom-columns=:kind,:metadata.name,:metadata.resourceVersion";
        return Promise.all(
            [platformNamespace, namespace, otherNamespace].map((inNamespace) =>
                kubectl("get", kinds, "-n", inNamespace, "-o", columns),
            ),
        );
    };
    /** A statement of the administrator in the visibility database of the deployment. */
    const asAdmin = (statement: string) =>
        kubectl(
            ...["exec", "-n", platformNamespace, "postgresql-0", "--", "psql", "--username", "postgres"],
            ...["--dbname", "temporal_up_old_visibility", "--command", statement],
        );

    before(async () => {
        [stack] = await Promise.all([temporalStack("upgrade"), bringServerImages(oldVersion)]);
        configure(oldVersion);
        await stack.up();
        orders = await takeOrders(await stack.frontend(namespace, 21_233));
    });
    after(async () => {
        await orders?.close();
        await stack?.remove();
    });

    it("whose schema Job fails says so, and leaves the old version running", async () => {
        const olds = await identities(namespace);
        assert.equal(olds.length, 4);
        // The old servers go on reading and writing: only changes of the table are refused.
        await asAdmin(
            "ALTER TABLE executions_visibility OWNER TO postgres; GRANT ALL ON executions_visibility TO PUBLIC",
        );
        configure(newVersion);
        const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(code, 0, output);
        const [failed] = (await jobs()).filter(({ status }) => status?.failed);
        assert.ok(output.includes(failed?.metadata?.name ?? "no failed Job"), output);
        assert.match(output, /must be owner of table executions_visibility/);

        assert.deepEqual(await identities(namespace), olds);
        assert.equal(await recordedVersion(), oldVersion);
        assert.match(await (await orders.place(0))(), /tea/);
    });

    it("goes through once that is mended, and no client notices", async () => {
        await asAdmin("ALTER TABLE executions_visibility OWNER TO temporal_up_old");
        const failedJobs = (await jobs()).map(({ metadata }) => metadata?.uid);
        const [olds, others] = [await identities(namespace), await identities(otherNamespace)];
        assert.equal(others.length, 4);

        const open = await Promise.all(Array.from({ length: openOrders }, () => orders.begin(0)));
        const customers: Promise<string>[] = [];
        const order = async () => {
            const handle = await orders.begin(1000);
            await handle.signal(paid, "Ada");
            return handle.result();
        };
        const ordering = setInterval(() => {
            const customer = order();
            customers.push(customer);
            // Looked at in the end, all at once.
            customer.catch(quiet);
        }, orderInterval);
        await stack.up().finally(() => clearInterval(ordering));
        for (const handle of open) await handle.signal(paid, "Ada");
        customers.push(...open.map((handle) => handle.result()));
        const settled = await Promise.allSettled(customers);
        assert.deepEqual(
            settled.filter(({ status }) => status === "rejected"),
            [],
        );
        assert.ok(customers.length > openOrders + 30, `only ${customers.length} orders were placed meanwhile`);
        // One more was placed before.
        await eventually("visibility to know all of them", 60, async () => {
            const { count } = await orders.client.workflow.count("ExecutionStatus = 'Completed'");
            return count === customers.length + 1;
        });

        const news = await identities(namespace);
        assert.equal(await recordedVersion(), newVersion);
        assert.deepEqual(
            news.map(({ image, restarts }) => ({ image, restarts })),
            upgradeOrder.map(() => ({ image: deploymentImages(newVersion).server, restarts: [0] })),
        );
        assert.ok(news.every(({ uid }) => !olds.some((old) => old.uid === uid)));
        assert.deepEqual(await identities(otherNamespace), others);

        const [schema, ...moreJobs] = await jobs();
        assert.deepEqual(moreJobs, []);
        assert.ok(!failedJobs.includes(schema?.metadata?.uid));
        assert.equal(schema?.status?.succeeded, 1);
    });

    it("has finished the schema before it starts a server, and each service before it starts the next", async () => {
        const [schema] = await jobs();
        const pods = await servers(namespace);
        const steps = pods.map(({ metadata, status }) => ({
            service: metadata?.labels?.["app.kubernetes.io/component"],
            made: second(metadata?.creationTimestamp),
            started: second(status?.containerStatuses?.[0]?.state?.running?.startedAt),
        }));
        assert.deepEqual(
            steps.map(({ service }) => service),
            ["history", "matching", "frontend", "worker"],
        );
        let earliest = second(schema?.status?.completionTime);
        for (const { service, made, started } of steps) {
            assert.ok(made >= earliest, `${service}: ${JSON.stringify(steps)}`);
            earliest = started;
        }
    });

    it("back to an older version is refused at preview, and nothing changes", async () => {
        await eventually("the old pods to be gone", 120, async () => {
            const { items } = await stack.core.listNamespacedPod({ namespace });
            return items.every(({ metadata }) => !metadata?.deletionTimestamp);
        });
        const unchanged = await resourceVersions();
        for (const version of ["1.30.0", "1.31.0"]) {
            configure(version);
            const { code, output } = await stack.pulumi("preview");
            assert.notEqual(code, 0, output);
            const refused = `temporal:deployments[0].serverVersion: "${version}" is not allowed; ${newVersion} runs`;
            assert.ok(output.includes(`${refused}, and a server never goes back to an older version`), output);
        }
        assert.deepEqual(await resourceVersions(), unchanged);
    });
});
