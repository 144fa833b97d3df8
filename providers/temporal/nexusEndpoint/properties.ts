/** What a Nexus endpoint is made of. */
import type { Failure } from "../../protocol/plugin.ts";
import { isObject, isUnknown, type Values } from "../../protocol/values.ts";
import { namespaceName } from "../namespace/properties.ts";
import { type Properties, text } from "../shapes/shape.ts";

/** The server's own rule (service/frontend/nexus_endpoint_client.go). */
const namePattern = /^[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]$/;

/** What a program can say. */
export const endpointInputs: Properties = {
    name: {
        shape: {
            kind: "text",
            problem: (name) =>
                namePattern.test(name)
                    ? undefined
                    : "letters, digits and -, beginning with a letter and not ending with -",
        },
        required: true,
        description: "Name by which workflows call it, unique on the server. Can be changed.",
    },
    description: { shape: text, default: "", description: "What it does, in Markdown." },
    target: {
        shape: {
            kind: "object",
            name: "NexusTarget",
            description: "Where calls go: exactly one of its properties.",
            properties: {
                worker: {
                    shape: {
                        kind: "object",
                        name: "NexusWorkerTarget",
                        description: "Workers of this server.",
                        properties: {
                            namespace: {
                                shape: namespaceName,
                                required: true,
                                description: "Namespace of the workers.",
                            },
                            taskQueue: {
                                shape: text,
                                required: true,
                                description: "Task queue that the workers poll.",
                            },
                        },
                    },
                    description: "Workers of this server.",
                },
                url: {
                    shape: {
                        kind: "text",
                        problem: (url) =>
                            /^https?:\/\/\S+$/.test(url) ? undefined : "a URL beginning with http:// or https://",
                    },
                    description: "A Nexus service elsewhere.",
                },
            },
        },
        required: true,
        description: "Where calls go.",
    },
};

/** What the server adds. */
export const endpointOutputs: Properties = {
    endpointId: { shape: text, description: "The server's own id, a UUID." },
};

/** One target, no more. */
export function checkEndpoint({ target }: Values): Failure[] {
    if (!isObject(target) || isUnknown(target)) return [];
    if ((target.worker === undefined) !== (target.url === undefined)) return [];
    return [{ property: "target", reason: "target must be either worker or url, exactly one of them." }];
}
