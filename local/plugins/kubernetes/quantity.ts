/** Kubernetes quantities in the form in which the API server stores them: "1000m" is "1", "1024Mi" is "1Gi". */

const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;

/** Quantities are exact to a billionth (apimachinery's resource.Quantity). */
const nano = 1_000_000_000n;

function decimalForm(nanos: bigint): string {
    let value = nanos;
    let index = 0;
    while (index < decimalSuffixes.length - 1 && value !== 0n && value % 1000n === 0n) {
        value /= 1000n;
        index++;
    }
    return `${value}${decimalSuffixes[index]}`;
}

function binaryForm(nanos: bigint): string {
    // Below 1024, and where a fraction would be lost, the server falls back to the decimal form.
    if (nanos % nano !== 0n || nanos < 1024n * nano) return decimalForm(nanos);
    let value = nanos / nano;
    let index = 0;
    while (index < binarySuffixes.length - 1 && value % 1024n === 0n) {
        value /= 1024n;
        index++;
    }
    return `${value}${binarySuffixes[index]}`;
}

/** The quantity in its canonical form; what isn't a quantity with a known suffix is returned as it is. */
export function canonicalQuantity(quantity: string): string {
    const match = /^(\d*)(?:\.(\d*))?(n|u|m|k|[KMGTPE]i|[MGTPE])?$/.exec(quantity);
    if (!match || !(match[1] || match[2])) return quantity;
    const [, whole = "", fraction = "", suffix = ""] = match;
    const binary = binarySuffixes.indexOf(suffix as (typeof binarySuffixes)[number]);
    const isBinary = suffix.endsWith("i");
    const scale = isBinary
        ? 1024n ** BigInt(binary) * nano
        : 1000n ** BigInt(decimalSuffixes.indexOf(suffix as (typeof decimalSuffixes)[number]));
    const digits = BigInt(`${whole}${fraction}` || "0");
    const divisor = 10n ** BigInt(fraction.length);
    const nanos = (digits * scale + divisor - 1n) / divisor; // rounded up, as the server does
    if (nanos === 0n) return "0";
    return isBinary ? binaryForm(nanos) : decimalForm(nanos);
}
