/**
 * Gives stack traces back to Node. Pulumi's runner has each of their lines mapped to sources by a library, and the SDK writes down
 * a stack trace with every promise: with many deployments more than a quarter of the CPU time. Node strips types in place, so lines
 * and columns are right without.
 */
Reflect.deleteProperty(Error, "prepareStackTrace");
