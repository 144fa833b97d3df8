/** A program for the tests of the commands: prints its arguments but the first, which is the exit code it ends with. */
const [code, ...others] = process.argv.slice(2);
console.log(JSON.stringify(others));
process.exitCode = Number(code);
