import assert from "node:assert/strict";

import { readAlerts } from "../../live/alerts.ts";
import { alertRows } from "../../local/commands/status.ts";

describe("firing alerts", () => {
    const alert = (labels: Record<string, string>) => ({
        labels,
        annotations: { description: `${labels.alertname} is wrong`, runbook_url: "docs/runbooks/X.md" },
        startsAt: "2026-11-23T08:00:00.000Z",
    });
    const watchdog = alert({ alertname: "Watchdog", severity: "none" });

    it("are told the worst first, without the Watchdog", () => {
        const found = readAlerts([
            alert({ alertname: "B", severity: "warning", temporal_deployment: "dev" }),
            watchdog,
            alert({ alertname: "A", severity: "critical", temporal_deployment: "uat" }),
        ]);
        assert.deepEqual(
            found.map(({ name, deployment }) => [name, deployment]),
            [
                ["A", "uat"],
                ["B", "dev"],
            ],
        );
    });

    it("are not taken for none where the Watchdog itself is missing", () => {
        assert.throws(() => readAlerts([]), /no alert Watchdog, which always fires/);
    });

    it("stand deployment by deployment, the stack's own first, the platform's last", () => {
        const found = readAlerts([
            watchdog,
            alert({ alertname: "P", severity: "critical" }),
            alert({ alertname: "T", severity: "critical", temporal_deployment: "payments" }),
            alert({ alertname: "D", severity: "warning", temporal_deployment: "dev" }),
            alert({ alertname: "U", severity: "critical", temporal_deployment: "uat" }),
        ]);
        assert.deepEqual(
            alertRows(found, ["dev", "uat"]).map(([deployment, name]) => `${deployment} ${name}`),
            ["dev D", "uat U", "payments T", "(platform) P"],
        );
    });
});
