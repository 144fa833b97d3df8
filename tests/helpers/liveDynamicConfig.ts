/** Changes the dynamic config of a running deployment past Pulumi, and puts it back as it was. */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";

import { kubeconfigPath } from "../../local/cluster/layout.ts";
import type { DeploymentPlan } from "../../planning/deployment.ts";
import { type DynamicConfigInput, renderDynamicConfig } from "../../planning/dynamicConfig.ts";

/** The dynamic config of one deployment. Servers have read a change after a minute and a half at most. */
export interface LiveDynamicConfig {
    /** Sets these keys beside the planned ones, and no others. */
    set(settings: DynamicConfigInput): Promise<void>;
    /** Puts back what is planned. */
    restore(): Promise<void>;
}

const name = "temporal-dynamic-config";
const file = "dynamic-config.yaml";
const fieldManager = "drill";

/** Of a deployment as it is planned: whatever a run that was cut off has left is put right too. */
export function liveDynamicConfig({ namespace, dynamicConfig }: DeploymentPlan): LiveDynamicConfig {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const core = config.makeApiClient(CoreV1Api);
    const read = () => core.readNamespacedConfigMap({ name, namespace });
    const write = async (text: string) => {
        const body = { ...(await read()), data: { [file]: text } };
        await core.replaceNamespacedConfigMap({ name, namespace, fieldManager, body });
    };
    return {
        async set(settings) {
            await write(renderDynamicConfig({ ...(parse(dynamicConfig) as DynamicConfigInput), ...settings }));
        },
        async restore() {
            await write(dynamicConfig);
            // Else the next change by Pulumi would be a conflict with us.
            const { metadata, ...body } = await read();
            const managedFields = metadata?.managedFields?.filter(({ manager }) => manager !== fieldManager);
            await core.replaceNamespacedConfigMap({
                name,
                namespace,
                body: { ...body, metadata: { ...metadata, managedFields } },
            });
        },
    };
}
