/**
 * Versions of everything that the local cluster is made of, in one place. A unit test holds `modules/` to them: after a
 * change here, run `go get -tool <package>@v<version>` for each line under `tool` of the module's go.mod (Kubernetes also
 * names the version of each of its parts under `replace`).
 */
export const versions = {
    /** For images; also what bootstrap.mjs fetches where the machine's own is too old. */
    node: "24.21.0",
    kubernetes: "1.34.4",
    coredns: "1.14.7",
    /** Calico 3.28.5, under the only kind of name that a Go module proxy has for it. */
    calico: "1.11.0-cni-plugin.0.20250813170300-a0db560f0520",
    pulumi: "3.250.0",
    /** Server, schema tool and debug tool. */
    temporal: "1.31.2",
    /** The same of the minor version before, which upgrades start from; built only for a stack or test that names it. */
    temporalBefore: "1.30.1",
    temporalCli: "1.5.1",
    temporalUi: "2.54.1",
    pause: "3.10",
    prometheus: "3.7.3",
    /** The same Prometheus as Go modules count it. */
    prometheusModule: "0.307.3",
    alertmanager: "0.31.1",
    postgresExporter: "0.17.1",
    kubeStateMetrics: "2.15.0",
} as const;
