/** The provider: passwords, which exist in the state only. */
import { hash } from "bcryptjs";

import { type Attributes, difference, inputsOf, planned, refusals, withSecrets } from "../bridged.ts";
import type {
    Checked,
    CheckRequest,
    Created,
    CreateRequest,
    Difference,
    DiffRequest,
    Found,
    Plugin,
    ReadRequest,
    Request,
    UpdateRequest,
} from "../../../providers/protocol/plugin.ts";
import { hasUnknown, revealAll, secret, unknown, type Values } from "../../../providers/protocol/values.ts";
import { makePassword, type PasswordRules, unfulfillable } from "./password.ts";

const type = "random:index/randomPassword:RandomPassword";

/** The id of every password, as the official plugin has it: the password itself must not be seen. */
const id = "none";

/** Rounds of bcrypt, 2 to the power of this, as in the official plugin. */
const bcryptCost = 10;

/** Inputs, with defaults and rules as in the official plugin: each change makes a new password. */
const attributes: Attributes = {
    length: { replaces: true },
    lower: { default: true, replaces: true },
    upper: { default: true, replaces: true },
    numeric: { default: true, replaces: true },
    number: { default: true, replaces: true }, // the older name of numeric
    special: { default: true, replaces: true },
    minLower: { default: 0, replaces: true },
    minUpper: { default: 0, replaces: true },
    minNumeric: { default: 0, replaces: true },
    minSpecial: { default: 0, replaces: true },
    overrideSpecial: { replaces: true },
    keepers: { replaces: true },
};

/** With both names of `numeric` set where either is. */
function normalized(inputs: Values): Values {
    const numeric = inputs.numeric ?? inputs.number;
    return numeric === undefined ? inputs : { ...inputs, numeric, number: numeric };
}

function rulesOf(inputs: Values): PasswordRules {
    const { overrideSpecial = "", ...rest } = revealAll(planned(attributes, normalized(inputs)));
    return { ...rest, overrideSpecial } as unknown as PasswordRules;
}

async function generated(password: string): Promise<Values> {
    return { id, result: secret(password), bcryptHash: secret(await hash(password, bcryptCost)) };
}

function refuseOthers(request: Request): void {
    if (request.type !== type) {
        throw new Error(`${request.type}: the local stand-in of this plugin knows RandomPassword only.`);
    }
}

/** The plugin. */
export class RandomPlugin implements Plugin {
    readonly version = "4.21.2";

    configure(): Promise<void> {
        return Promise.resolve();
    }

    check(request: CheckRequest): Promise<Checked> {
        refuseOthers(request);
        const { news } = request;
        const failures = refusals(attributes, news);
        const reason = hasUnknown(news) ? undefined : unfulfillable(rulesOf(news));
        if (reason) failures.push({ property: "length", reason });
        return Promise.resolve({ inputs: { ...news, __defaults: [] }, failures });
    }

    diff({ state, news }: DiffRequest): Promise<Difference> {
        return Promise.resolve(difference(attributes, state, normalized(news)));
    }

    async create({ inputs, preview }: CreateRequest): Promise<Created> {
        const state = planned(attributes, normalized(inputs));
        if (preview) return { id: "", state: { ...state, result: secret(unknown), bcryptHash: secret(unknown) } };
        return { id, state: { ...state, ...(await generated(makePassword(rulesOf(inputs)))) } };
    }

    update(_request: UpdateRequest): Promise<Values> {
        throw new Error("a password can't be changed, only replaced");
    }

    async read(request: ReadRequest): Promise<Found | undefined> {
        refuseOthers(request);
        const { state, oldInputs } = request;
        if (Object.keys(state).length > 0) {
            const kept = withSecrets({ result: { secret: true }, bcryptHash: { secret: true } }, state);
            return { id, state: kept, inputs: inputsOf(attributes, kept, oldInputs) };
        }
        // An import: the id is the password.
        const length = request.id.length;
        const imported = { ...planned(attributes, { length }), ...(await generated(request.id)) };
        return { id, state: imported, inputs: { length, __defaults: [] } };
    }

    delete(): Promise<void> {
        return Promise.resolve();
    }
}
